"""What arrays hold; whole numbers are :data:`securitize.base.arithmetic.Int64`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
