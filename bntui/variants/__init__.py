"""The variants that a preset can name, by kind."""

from bntui.spec import VariantSpec
from bntui.variants.batch_norm import BatchNorm
from bntui.variants.cross_iteration import Cbn, CbnNaive
from bntui.variants.detached import BatchNormDetached
from bntui.variants.group_norm import GroupNorm
from bntui.variants.layer_norm import LayerNorm
from bntui.variants.lp import L1, L2, LInf
from bntui.variants.noisy import BatchNormFrozenNoise, Noisy, NoisyStandard
from bntui.variants.population import BatchNormPopulation
from bntui.variants.standard import Standard
from bntui.variants.variant import Variant
from bntui.variants.weight_rescaling import WeightRescaling
from bntui.variants.whitened import Truncated, Whitened

VARIANTS: dict[str, type[Variant]] = {
    "standard": Standard,
    "bn": BatchNorm,
    "noisy": Noisy,
    "noisy-standard": NoisyStandard,
    "bn-frozen-noise": BatchNormFrozenNoise,
    "l1": L1,
    "l2": L2,
    "linf": LInf,
    "layernorm": LayerNorm,
    "groupnorm": GroupNorm,
    "wrs": WeightRescaling,
    "bn-detached": BatchNormDetached,
    "bn-population": BatchNormPopulation,
    "cbn-naive": CbnNaive,
    "cbn": Cbn,
    "bn-whitened": Whitened,
    "bn-truncated": Truncated,
}


def kind_of(variant: VariantSpec) -> Variant:
    """Return the kind of a variant, with the options that its spec gives. Raises pydantic's ValidationError."""
    return VARIANTS[variant.kind].model_validate(variant.options)
