"""The weight of a vote: of the nodes that rules leave, those with the most keywords in the text take it.

Shapes: n patents, T nodes. The rule is in ``docs/reference/chains.md``, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from securitize.base.arrays import Bool, Float64
from securitize.pooling.chains.rules import NodeClaim, ReadyChain, ReadyRule


@dataclass(frozen=True, slots=True)
class Votes:
    """One vote of each patent.

    nodes     : (T,) positions in the chain's nodes, ascending
    shares    : (n, T) float64; each row sums to 1, or to 0 where the vote is lost
    confirmed : (n, T) bool, whether a rule of the node that stands has its keyword in the text or needs none
    """

    nodes: npt.NDArray[np.intp]
    shares: Float64
    confirmed: Bool

    @property
    def cast(self) -> Bool:
        """(n,) bool, whether the vote is not lost."""
        return np.asarray((self.shares > 0).any(axis=1))

    @property
    def split(self) -> Bool:
        """(n,) bool, whether several nodes share the vote."""
        return np.asarray((self.shares > 0).sum(axis=1) > 1)


def decide(chain: ReadyChain, claim: NodeClaim, found: Bool, alone: Bool) -> Votes:
    """The votes of symbols that leave the rules of ``claim``.

    found, alone : (n, keywords) bool, of :meth:`~securitize.pooling.chains.keywords.KeywordFinder.find`
    """
    rules = [chain.rules[k] for k in claim.rules]
    nodes = sorted({rule.node for rule in rules})
    stands = _rules_stand(rules, found)
    of_node = np.array([[rule.node == node for node in nodes] for rule in rules])
    open_to = (stands.astype(np.uint8) @ of_node.astype(np.uint8)) > 0
    shares = np.zeros(open_to.shape)
    for left in np.unique(open_to, axis=0):
        if left.any():
            rows = np.flatnonzero((open_to == left).all(axis=1))
            words = [chain.words[node] for node, kept in zip(nodes, left, strict=True) if kept]
            shares[np.ix_(rows, np.flatnonzero(left))] = _shares(words, alone[rows])
    met = np.column_stack([_keyword_met(rule, found) for rule in rules]) & stands
    confirmed = ((met.astype(np.uint8) @ of_node.astype(np.uint8)) > 0) & (shares > 0)
    return Votes(np.array(nodes, dtype=np.intp), shares, confirmed)


def decide_by_words(chain: ReadyChain, found: Bool, alone: Bool) -> Votes:
    """The votes of patents without symbols; scope keywords and words of more than half of the nodes say nothing."""
    nodes = sorted(node for node, words in chain.words.items() if words)
    words = [chain.words[node] for node in nodes]
    carried = {k: sum(k in some for some in words) for k in set().union(*words)}
    common = {k for k, count in carried.items() if count > 1 and 2 * count > len(nodes)}
    telling = sorted(carried.keys() - common - set(chain.scope))
    hits = _hits(words, telling, alone)
    for t, node in enumerate(nodes):
        own = [rule for rule in chain.rules if rule.node == node]
        hits[~_rules_stand(own, found).any(axis=1), t] = 0
    hits[~found[:, list(chain.scope)].any(axis=1)] = 0
    most = hits.max(axis=1, initial=0, keepdims=True)
    wins = (hits == most) & (most > 0)
    shares = wins / np.maximum(wins.sum(axis=1, keepdims=True), 1)
    return Votes(np.array(nodes, dtype=np.intp), shares, np.zeros_like(wins))


def _rules_stand(rules: Sequence[ReadyRule], found: Bool) -> Bool:
    """(n, rules) bool: no excluded keyword of the rule is in the text."""
    stands = np.ones((len(found), len(rules)), dtype=np.bool_)
    for k, rule in enumerate(rules):
        if rule.excluded:
            stands[:, k] = ~found[:, list(rule.excluded)].any(axis=1)
    return stands


def _keyword_met(rule: ReadyRule, found: Bool) -> Bool:
    if rule.ipc_only:
        return np.ones(len(found), dtype=np.bool_)
    return np.asarray(found[:, list(rule.keywords)].any(axis=1))


def _shares(words: Sequence[frozenset[int]], alone: Bool) -> Float64:
    """(n, T): the vote among nodes with these words, equally among those with the most of them in the text."""
    if len(words) == 1:
        return np.ones((len(alone), 1))
    hits = _hits(words, sorted(frozenset().union(*words)), alone)
    wins = hits == hits.max(axis=1, keepdims=True)
    return np.asarray(wins / wins.sum(axis=1, keepdims=True), dtype=np.float64)


def _hits(words: Sequence[frozenset[int]], counted: Sequence[int], alone: Bool) -> npt.NDArray[np.float32]:
    """(n, T): how many of the words ``counted`` each node has in the text; float32 holds such counts exactly."""
    of_node = np.array([[k in some for some in words] for k in counted], dtype=np.float32)
    here = alone[:, list(counted)].astype(np.float32)
    return np.asarray(here @ of_node.reshape(len(counted), len(words)), dtype=np.float32)
