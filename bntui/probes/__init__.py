"""What is measured: one quantity a file, by the name that presets and exports use."""

from bntui.probes.base import Probe
from bntui.probes.gradient import GradientProbe
from bntui.probes.moments import MomentsProbe
from bntui.probes.smoothness import SmoothnessProbe
from bntui.probes.test import TestProbe
from bntui.probes.train import TrainProbe

PROBES: dict[str, type[Probe]] = {
    probe.name: probe for probe in (TrainProbe, TestProbe, GradientProbe, MomentsProbe, SmoothnessProbe)
}
