"""BatchNorm by hand: PyTorch's arithmetic, steps that can be undone, and a stable range."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from bntui.spec import NoiseSpec
from bntui.views import mechanics
from bntui.views.mechanics import EPSILON, Step, moments

NORMALIZING = frozenset({Step.CENTRE, Step.DIVIDE})


@pytest.mark.parametrize("seed", range(20))
def test_all_steps_are_batch_norm(seed):
    state = replace(
        mechanics.draw_batch(seed), applied=NORMALIZING | {Step.AFFINE}, weight=(-1.7, 0.4), bias=(0.3, -2.0)
    )
    expected = functional.batch_norm(
        torch.from_numpy(state.batch),
        None,
        None,
        torch.tensor(state.weight, dtype=torch.float64),
        torch.tensor(state.bias, dtype=torch.float64),
        training=True,
        eps=EPSILON,
    )
    np.testing.assert_allclose(state.result(), expected.numpy(), rtol=1e-12, atol=1e-12)


def test_each_step_does_what_it_says():
    state = mechanics.draw_batch(3)
    mean, var = moments(state.batch)
    centred = mechanics.toggle(state, Step.CENTRE)
    np.testing.assert_allclose(centred.result(), state.batch - mean)
    np.testing.assert_allclose(moments(centred.result()).var, var)
    divided = mechanics.toggle(centred, Step.DIVIDE)
    np.testing.assert_allclose(moments(divided.result()).mean, 0, atol=1e-12)
    np.testing.assert_allclose(moments(divided.result()).var, var / (var + EPSILON))
    alone = mechanics.toggle(state, Step.DIVIDE)
    np.testing.assert_allclose(alone.result(), state.batch / np.sqrt(var + EPSILON))


def test_steps_go_forward_in_order_and_are_taken_back():
    state = mechanics.draw_batch()
    seen = []
    for _ in range(5):
        state = mechanics.apply_next(state)
        seen.append(len(state.applied))
    assert seen == [1, 2, 3, 4, 4]
    for _ in range(5):
        state = mechanics.undo_last(state)
    assert not state.applied
    np.testing.assert_array_equal(state.result(), state.batch)
    assert mechanics.toggle(mechanics.toggle(state, Step.DIVIDE), Step.DIVIDE).applied == frozenset()


def test_forward_goes_on_from_the_last_step_applied():
    state = mechanics.apply_next(mechanics.toggle(mechanics.draw_batch(), Step.DIVIDE))
    assert state.applied == {Step.DIVIDE, Step.AFFINE}


def test_noise_is_drawn_anew_each_time_and_lies_where_the_algorithm_says():
    c = NoiseSpec()
    state = mechanics.draw_noise(mechanics.draw_batch(1))
    first = state.result()
    again = mechanics.draw_noise(state)
    assert not np.allclose(first, again.result())
    np.testing.assert_array_equal(state.result(), first)
    shared, each = again.shared_noise, again.map_of(Step.NOISE)
    assert (np.abs(shared.shift) <= c.n_mu).all() and ((shared.scale >= 1) & (shared.scale <= c.n_sigma)).all()
    assert (np.abs(each.shift - shared.shift) <= c.r_mu).all()
    assert np.abs(each.scale.std(axis=0) - c.r_sigma).max() < c.r_sigma / 2
    np.testing.assert_allclose(again.result(), each.scale * again.batch + each.shift)


def test_sliders_set_mean_and_deviation_and_stay_in_their_range():
    state = replace(mechanics.draw_batch(2), applied=NORMALIZING)
    state = mechanics.move_slider(mechanics.move_slider(state, 0, 2.0), 3, -1.5)
    assert Step.AFFINE in state.applied
    assert state.weight[0] == 2.0 and state.bias[1] == -1.5
    mean, var = moments(state.result())
    np.testing.assert_allclose(mean, state.bias, atol=1e-12)
    np.testing.assert_allclose(np.sqrt(var), np.abs(state.weight), rtol=1e-3)
    assert mechanics.move_slider(state, 1, 99.0).weight[1] == mechanics.RANGE[1]


@pytest.mark.parametrize("seed", range(20))
def test_the_range_contains_every_step_and_does_not_change(seed):
    state = mechanics.draw_batch(seed)
    reach = state.half_width
    for _ in Step:
        state = mechanics.apply_next(state)
        assert np.abs(state.result()).max() <= reach == state.half_width


def test_the_range_grows_only_when_the_cloud_leaves_it_and_is_fitted_to_new_data():
    state = replace(mechanics.draw_batch(), applied=NORMALIZING | {Step.AFFINE})
    wide = mechanics.move_slider(mechanics.move_slider(state, 0, 3.0), 2, 3.0)
    assert wide.half_width > state.half_width and np.abs(wide.result()).max() <= wide.half_width
    assert mechanics.move_slider(wide, 0, 1.0).half_width == wide.half_width
    fresh = mechanics.draw_batch(1, like=replace(wide, weight=state.weight, bias=state.bias))
    assert fresh.half_width < wide.half_width and fresh.applied == wide.applied
    assert not np.allclose(fresh.batch, wide.batch)


def test_the_same_seed_draws_the_same_data():
    np.testing.assert_array_equal(mechanics.draw_batch(7).batch, mechanics.draw_batch(7).batch)
