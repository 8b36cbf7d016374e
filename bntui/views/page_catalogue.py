"""The pages of the dashboard and the headings of a report: a row of data each, from which both follow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its name and its panes, line by line. A pane is named by its view, or is 'claims' or 'mechanics'.

    `short` is the name where room is short. `shares` are the lines' shares of the height; () for equal ones.
    `table_from` is the terminal height from which the table of variants is shown too. `by_layer` is for a first line
    with a row for each layer: its height gives each of them the same whole number of cells. `skip_first_layer` is for
    quantities that are 0 in the first layer by definition: until the reader chooses one, the second layer is shown.
    """

    name: str
    lines: tuple[tuple[str, ...], ...]
    short: str = ""
    shares: tuple[int, ...] = ()
    table_from: int = 0
    by_layer: bool = False
    skip_first_layer: bool = False

    @property
    def id(self) -> str:
        """The id of the page's widget."""
        return (self.short or self.name).strip(".")

    @property
    def line_shares(self) -> tuple[int, ...]:
        """The share of each line."""
        return self.shares or (1,) * len(self.lines)


PAGES = (
    PageSpec("overview", (("accuracy", "drift"), ("beta", "loss"))),
    PageSpec(
        "layers",
        (("drift_map",), ("scale", "gradients"), ("saturation_by_layer", "distance_by_layer")),
        shares=(5, 3, 3),
        table_from=32,
        by_layer=True,
    ),
    PageSpec("landscape", (("landscape", "predictiveness"), ("cosine", "beta"))),
    PageSpec(
        "smoothness",
        (
            ("landscape", "landscape_random"),
            ("activation_beta", "activation_beta_by_layer"),
            ("theorem41", "theorem41_by_layer"),
            ("theorem42", "theorem42_by_layer"),
        ),
        short="smooth.",
        table_from=46,
    ),
    PageSpec(
        "covariate shift",
        (("shift", "shift_cosine"), ("shift_by_layer", "cosine_by_layer")),
        short="shift",
        skip_first_layer=True,
    ),
    PageSpec(
        "distributions", (("distribution",), ("unit", "saturation")), short="distrib.", shares=(4, 3), table_from=32
    ),
    PageSpec(
        "optimization",
        (
            ("test_accuracy", "gradient_norm"),
            ("step_change", "step_jump"),
            ("weights", "distance"),
            ("minimum_distance", "start_cosine"),
        ),
        short="optim.",
        table_from=46,
    ),
    PageSpec("claims", (("claims",),), table_from=46),
    PageSpec("mechanics", (("mechanics",),), table_from=46),
    PageSpec(
        "weight norms",
        (
            ("squared_norm", "effective_rate"),
            ("angle", "rate"),
            ("orthogonal_share", "orthogonal_error"),
            ("inner_product_error", "squared_norm_error"),
        ),
        short="norms",
        table_from=46,
    ),
)
"""The pages in the order of their keys."""

ONLY_REPORTED = (
    "var_drift",
    "sharpness",
    "relative_sharpness",
    "batch_sharpness",
    "outlier_ratio",
    "gradient_share",
    "sharpness_residual",
    "bias",
    "bias_gradient",
    "bias_by_layer",
)
"""Views that are on no page, which reports draw, because claims rest on them."""
