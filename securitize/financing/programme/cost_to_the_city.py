"""The effect of public money: its cost per basis point and per yuan that companies save, and its leverage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CostToTheCity:
    """What policies pay on one side, beside what it changes for the companies.

    paid          : minor units, to companies, issuer and lender
    lowered       : by how many basis points the all-in rate of the companies falls
    saved         : by how much their cost falls, minor units
    financed      : principal, minor units
    """

    paid: int
    lowered: float
    saved: int
    financed: int

    @property
    def per_basis_point(self) -> float | None:
        """Minor units for each basis point; None where the rate does not fall."""
        return self.paid / self.lowered if self.lowered > 0 else None

    @property
    def per_yuan_saved(self) -> float | None:
        """What a unit of money that companies save costs the public; None where they save nothing."""
        return self.paid / self.saved if self.saved > 0 else None

    @property
    def leverage(self) -> float | None:
        """Money financed for a unit of public money; None where none is paid."""
        return self.financed / self.paid if self.paid > 0 else None
