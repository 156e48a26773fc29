"""Connected components of a graph given by its edges."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph


def components(nodes: int, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `nodes` nodes the smallest node it is connected to, itself included; `edges` has shape `(n, 2)`."""
    graph = sparse.coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    count, label = csgraph.connected_components(graph, directed=False)
    smallest = np.full(count, nodes, dtype=np.int64)
    np.minimum.at(smallest, label, np.arange(nodes))
    result: NDArray[np.int64] = smallest[label]
    return result
