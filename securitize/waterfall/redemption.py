"""The priority of a redemption by call: all accounts, swept together, repay everything that is owed.

Source: ``docs/reference/priority-of-payments.md``, section 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from securitize.base.messages import Message, in_language
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.payees import Payee, parse_payee
from securitize.definitions.deals.steps import Step
from securitize.waterfall.resolved import ResolvedStep


def redemption_steps(deal: Deal, main_account: str) -> tuple[ResolvedStep, ...]:
    """The steps in order, each from all accounts; none of a deal without a call."""
    if not deal.may_be_called:
        return ()
    sources = (main_account, *(name for name in deal.accounts if name != main_account))
    return tuple(_step(name, payees, sources) for name, payees in _payees(deal) if payees)


def _payees(deal: Deal) -> Iterator[tuple[Message, list[Payee]]]:
    """What each step pays; nothing where the deal has none of it."""
    yield Message("redemption: fees due and accrued"), [Payee("fee-excess", name) for name in deal.fees]
    charged = []
    for name, support in deal.support.items():
        charged += [Payee("support-interest", name)] if support.interest is not None else []
        charged += [Payee("support-fee", name)] if support.undrawn_fee is not None else []
    yield Message("redemption: interest and fees of support"), charged
    for rank in sorted({note.rank for note in deal.notes.values()}):
        notes = [name for name, note in deal.notes.items() if note.rank == rank]
        yield Message("redemption: interest of rank {rank}", rank=rank), [Payee("interest", n) for n in notes]
        premiums = [Payee("premium", name) for name in notes] if deal.issuer_call is not None else []
        yield Message("redemption: premium of rank {rank}", rank=rank), premiums
        yield (
            Message("redemption: balance of rank {rank}", rank=rank),
            [Payee("redemption", n) for n in notes],
        )
    yield (
        Message("redemption: reimbursement of support"),
        [Payee("reimbursement", name) for name in deal.support],
    )
    yield Message("redemption: the rest"), _holder_of_the_rest(deal)


def _holder_of_the_rest(deal: Deal) -> list[Payee]:
    """The payee of the last step of the normal priority that pays all that is left, if there is such a step."""
    payees = [parse_payee(text) for step in deal.priority.normal for text in step.pay]
    return [payee for payee in payees if payee.rule.takes_the_rest][-1:]


def _step(name: Message, payees: Sequence[Payee], sources: tuple[str, ...]) -> ResolvedStep:
    step = Step.model_construct(
        name=str(name),
        name_zh=in_language(name, "zh"),
        pay=tuple(map(str, payees)),
        split="pari-passu",
        from_=sources,
    )
    return ResolvedStep(step, tuple(payees), sources)
