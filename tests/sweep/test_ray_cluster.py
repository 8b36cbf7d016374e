"""How many runs fit on a Ray cluster."""

from __future__ import annotations

import pytest

from bntui.records import UserError
from bntui.sweep.ray_cluster import Cluster, Resources

CORES: Resources = {"CPU": 4.0}
GPUS: Resources = {"CPU": 8.0, "GPU": 2.0}


@pytest.mark.parametrize(
    ("cluster", "machines", "slots"),
    [
        (Cluster(), [CORES, CORES], 8),
        (Cluster(jobs=3), [CORES, CORES], 3),
        (Cluster(), [CORES, GPUS], 2),
        (Cluster(gpus_per_run=0), [CORES, GPUS], 12),
        (Cluster(gpus_per_run=0.5), [CORES, GPUS], 4),
        (Cluster(gpus_per_run=0.4), [GPUS], 4),
        (Cluster(gpus_per_run=0.1), [GPUS], 8),
        (Cluster(gpus_per_run=2), [GPUS, GPUS], 2),
    ],
)
def test_slots(cluster: Cluster, machines: list[Resources], slots: int) -> None:
    assert cluster.slots(machines) == slots


def test_a_run_that_fits_nowhere() -> None:
    with pytest.raises(UserError, match=r"--gpus-per-run 3: no machine of the Ray cluster has so many GPUs: at most 2"):
        Cluster(gpus_per_run=3).slots([CORES, GPUS])


@pytest.mark.parametrize("address", ["auto", "head:6379", "[::1]:6379"])
def test_addresses(address: str) -> None:
    Cluster(address).check()


@pytest.mark.parametrize("address", ["head", "ray://head:10001", "a b:1", "head:\x1b"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UserError, match=r"--address .* should be auto or HOST:PORT"):
        Cluster(address).check()


def test_a_cluster_without_cores() -> None:
    with pytest.raises(UserError, match="no core for a run"):
        Cluster(gpus_per_run=0).slots([{"CPU": 0.0}])
