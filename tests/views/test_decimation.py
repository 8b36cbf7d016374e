"""Columns of a drawing: every point in one of them, and plain means."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bntui.views.decimation import even_edges


@given(left=st.integers(0, 500), span=st.integers(1, 2000), columns=st.integers(1, 700))
def test_even_columns_cover_every_step_once(left, span, columns):
    edges = even_edges(left, left + span, columns)
    assert len(edges) == columns + 1 and (np.diff(edges) >= 0).all()
    assert (edges[0], edges[-1]) == (left, left + span + 1)
    assert max(np.diff(edges)) - min(np.diff(edges)) <= 2
