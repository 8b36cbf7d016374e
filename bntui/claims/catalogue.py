"""The claims, each a row of data: sentence, source, and the statistic that decides it.

The bounds and the windows follow from the meaning of the sentences, and are the same for every preset.
"""

from __future__ import annotations

from bntui.claims.bjorck_claims import BJORCK_CLAIMS
from bntui.claims.claim import Claim
from bntui.claims.curvature_claims import CURVATURE_CLAIMS
from bntui.claims.detached_claims import DETACHED_CLAIMS
from bntui.claims.ioffe_claims import IOFFE_CLAIMS
from bntui.claims.optimum_claims import OPTIMUM_CLAIMS
from bntui.claims.risk_claims import RISK_CLAIMS
from bntui.claims.santurkar_claims import SANTURKAR_CLAIMS
from bntui.claims.small_batch_claims import SMALL_BATCH_CLAIMS
from bntui.claims.surface_claims import SURFACE_CLAIMS
from bntui.claims.time_claims import TIME_CLAIMS
from bntui.claims.weight_claims import WEIGHT_CLAIMS

CLAIMS: dict[str, Claim] = {
    claim.id: claim
    for claims in (
        SANTURKAR_CLAIMS,
        TIME_CLAIMS,
        WEIGHT_CLAIMS,
        DETACHED_CLAIMS,
        IOFFE_CLAIMS,
        OPTIMUM_CLAIMS,
        SMALL_BATCH_CLAIMS,
        BJORCK_CLAIMS,
        SURFACE_CLAIMS,
        CURVATURE_CLAIMS,
        RISK_CLAIMS,
    )
    for claim in claims
}
