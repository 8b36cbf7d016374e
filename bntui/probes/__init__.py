"""The probes that a preset can name, in the order of their columns."""

from bntui.probes.activation_beta import ActivationBetaProbe
from bntui.probes.bias_drift import BiasDriftProbe
from bntui.probes.cancellation import CancellationProbe
from bntui.probes.class_gradients import ClassGradientsProbe
from bntui.probes.depth_moments import DepthMomentsProbe
from bntui.probes.distribution import DistributionProbe
from bntui.probes.effective_rank import EffectiveRankProbe
from bntui.probes.excess_risk import ExcessRiskProbe
from bntui.probes.flatness import FlatnessProbe
from bntui.probes.gradient import GradientProbe
from bntui.probes.ics import IcsProbe
from bntui.probes.line import LineProbe
from bntui.probes.minimum_distance import MinimumDistanceProbe
from bntui.probes.moments import MomentsProbe
from bntui.probes.norms import NormsProbe
from bntui.probes.optimum import OptimumProbe
from bntui.probes.probe import Probe
from bntui.probes.rate import RateProbe
from bntui.probes.saturation import SaturationProbe
from bntui.probes.scale import ScaleProbe
from bntui.probes.sharpness import SharpnessProbe
from bntui.probes.smoothness import SmoothnessProbe
from bntui.probes.smoothness_random import SmoothnessRandomProbe
from bntui.probes.statistics_error import StatisticsErrorProbe
from bntui.probes.step_loss import StepLossProbe
from bntui.probes.step_moments import StepMomentsProbe
from bntui.probes.step_scan import StepScanProbe
from bntui.probes.surface import SurfaceProbe
from bntui.probes.tails import TailsProbe
from bntui.probes.test_accuracy import TestProbe
from bntui.probes.test_error import TestErrorProbe
from bntui.probes.theorem41 import Theorem41Probe
from bntui.probes.theorem42 import Theorem42Probe
from bntui.probes.train_metrics import TrainProbe
from bntui.probes.weight_norms import WeightNormsProbe
from bntui.probes.weight_products import WeightProductsProbe

PROBES: dict[str, type[Probe]] = {
    probe.name: probe
    for probe in (
        TrainProbe,
        TestProbe,
        TestErrorProbe,
        GradientProbe,
        RateProbe,
        MomentsProbe,
        SmoothnessProbe,
        SmoothnessRandomProbe,
        DistributionProbe,
        ScaleProbe,
        SaturationProbe,
        NormsProbe,
        ActivationBetaProbe,
        Theorem41Probe,
        Theorem42Probe,
        MinimumDistanceProbe,
        SharpnessProbe,
        FlatnessProbe,
        EffectiveRankProbe,
        LineProbe,
        SurfaceProbe,
        BiasDriftProbe,
        ExcessRiskProbe,
        StepScanProbe,
        StepMomentsProbe,
        ClassGradientsProbe,
        CancellationProbe,
        TailsProbe,
        DepthMomentsProbe,
        WeightProductsProbe,
        OptimumProbe,
        StatisticsErrorProbe,
        # After the update:
        StepLossProbe,
        IcsProbe,
        WeightNormsProbe,
    )
}
