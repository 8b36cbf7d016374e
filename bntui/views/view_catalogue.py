"""All views, each a row of data: the columns it draws, the kind of figure, and its labels."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.activation_views import ACTIVATION_VIEWS
from bntui.views.curvature_views import CURVATURE_VIEWS
from bntui.views.depth_views import DEPTH_VIEWS
from bntui.views.detached_views import DETACHED_VIEWS
from bntui.views.optimum_views import OPTIMUM_VIEWS
from bntui.views.risk_views import RISK_VIEWS
from bntui.views.shift_views import SHIFT_VIEWS
from bntui.views.small_batch_views import SMALL_BATCH_VIEWS
from bntui.views.smoothness_views import SMOOTHNESS_VIEWS
from bntui.views.step_views import STEP_VIEWS
from bntui.views.surface_views import SURFACE_VIEWS
from bntui.views.theory_views import THEORY_VIEWS
from bntui.views.training_views import TRAINING_VIEWS
from bntui.views.view import View
from bntui.views.weight_views import WEIGHT_VIEWS

VIEWS: Mapping[str, View] = {
    **TRAINING_VIEWS,
    **ACTIVATION_VIEWS,
    **SMOOTHNESS_VIEWS,
    **CURVATURE_VIEWS,
    **SHIFT_VIEWS,
    **THEORY_VIEWS,
    **WEIGHT_VIEWS,
    **DETACHED_VIEWS,
    **OPTIMUM_VIEWS,
    **SMALL_BATCH_VIEWS,
    **STEP_VIEWS,
    **DEPTH_VIEWS,
    **SURFACE_VIEWS,
    **RISK_VIEWS,
}
