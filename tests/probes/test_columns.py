"""The list of all columns against runs that measure with every probe."""

from __future__ import annotations

from bntui.data import Request, load
from bntui.probes import PROBES
from bntui.records import Column, RunInfo
from bntui.spec import parse
from bntui.train import resolve, train
from tests.declared_columns import declared_columns, declared_names


def columns_of_a_run(network: str, dataset: str) -> tuple[Column, ...]:
    probes = "".join(f"[probes.{name}]\n" for name in PROBES)
    spec = resolve(parse(f'network="{network}"\ndataset="{dataset}"\nvariants=["bn"]\n{probes}', "all"))
    info = next(train(spec, load(dataset, Request((1, 28, 28)))))
    assert isinstance(info, RunInfo)
    return info.columns


def test_a_run_has_the_declared_columns() -> None:
    assert columns_of_a_run("blog-cnn", "digits") == declared_columns(("conv1", "conv2"), output="fc1")


def test_a_regression_has_the_declared_columns() -> None:
    layers = [f"fc{number}" for number in range(1, 25)]
    assert columns_of_a_run("dln", "gaussian") == declared_columns(layers, output="fc25", regression=True)


def test_the_names_are_those_of_both() -> None:
    assert {("test", "accuracy"), ("test", "loss"), ("ics", "cosine")} <= declared_names()
