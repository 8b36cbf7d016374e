"""Every claim has a chart that shows what it is about."""

from fnmatch import fnmatchcase

import pytest

from bntui.claims.catalogue import CLAIMS
from bntui.views.claim_chart import chart_of
from bntui.views.view_catalogue import VIEWS


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_every_claim_has_a_chart_of_its_quantity(claim):
    quantity = claim.quantity
    columns = VIEWS[chart_of(claim)].columns
    for name in filter(None, (quantity.name, quantity.minus)):
        assert any(probe == quantity.probe and fnmatchcase(name, pattern) for probe, pattern in columns)


def test_charts_of_claims():
    charts = {name: chart_of(claim) for name, claim in CLAIMS.items()}
    assert charts["bn-faster"] == "accuracy"
    assert charts["noisy-var-drifts"] == "var_drift"
    assert charts["loss-range"] == "landscape"
