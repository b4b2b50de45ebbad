"""What a plan would lose: the data of a judgement, with nothing decided here."""

from __future__ import annotations

from dataclasses import dataclass

from vectorform.desired.kinds import Kind
from vectorform.migration.successors import Look
from vectorform.plans.differences import Difference


@dataclass(frozen=True, slots=True)
class Loss:
    """One index, vector bucket or KMS key that a plan deletes.

    `key` is its path in the YAML, `name` its name in AWS as far as the plan tells, `bucket_name` that of an
    index's bucket. `replaced`: an empty one would replace it, `because` of these attributes. `shown`: the
    plan tells what changes about it; the prose of a refusal may not. `unmoved`: nothing does but its block,
    and the stack has no move for it. `refused` says why it may not be, None
    if it was retired as it should be. `renamed_to` is the key of an entry that the plan creates and that may
    be the same one. `written`: the YAML has it as before, so that only a destruction of the whole stack
    deletes it. `confirmed`: the YAML confirms it. `vectors` is how many it holds: None is not known, and one
    above the limit of the count means more. `look` is what was found of it in the index that replaces it,
    None where nobody looked. For a vector bucket, `others` are the indexes in it that the plan does not know,
    None if they could not be listed; `looked_inside`: it was tried, `forced`: they would be deleted as well.
    """

    kind: Kind
    key: str
    address: str
    name: str | None
    bucket_name: str | None
    replaced: bool
    because: tuple[Difference, ...]
    shown: bool
    refused: str | None
    unmoved: bool = False
    renamed_to: str | None = None
    written: bool = False
    confirmed: bool = False
    vectors: int | None = None
    look: Look | None = None
    others: tuple[str, ...] | None = None
    looked_inside: bool = False
    forced: bool = False

    @property
    def unread(self) -> bool:
        """Whether it could not be compared with what replaces it, or a bucket's indexes not be listed."""
        return self.look.unread != "" if self.look is not None else self.looked_inside and self.others is None

    @property
    def stops_halfway(self) -> bool:
        """Whether AWS will refuse to delete it once all else is deleted: a bucket that is not empty."""
        return bool(self.others) and not self.forced


@dataclass(frozen=True, slots=True)
class ModelChange:
    """The index whose model changes, by its key in the YAML; `name` is its name in AWS."""

    key: str
    before: str
    after: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the plan of one stack would lose. `too_many` says that max_deletions is exceeded.

    `errored`: Terraform stopped planning, so that there may be more. `left_out` are addresses that a plan of
    the whole stack has, and this one, made with -target or -exclude, has not. `liftings` says which changes
    only a role of `protection_lifted_by` may apply, and what becomes of knowledge bases. `models` are the
    indexes that get another embedding model.
    """

    stack: str
    losses: tuple[Loss, ...]
    too_many: str | None = None
    errored: bool = False
    left_out: tuple[str, ...] = ()
    liftings: tuple[str, ...] = ()
    models: tuple[ModelChange, ...] = ()

    @property
    def destroys(self) -> bool:
        """Whether it is the plan of a destruction of the whole stack."""
        return any(loss.written for loss in self.losses)

    @property
    def refused(self) -> bool:
        """Whether the plan must not be applied."""
        return bool(self.too_many or self.models) or any(
            loss.refused or loss.stops_halfway for loss in self.losses
        )

    @property
    def known(self) -> bool:
        """Whether this is all that the plan would lose, or enough to refuse it."""
        return self.refused or not (self.errored or self.unread)

    @property
    def unread(self) -> bool:
        """Whether something could not be checked in AWS."""
        return any(loss.unread for loss in self.losses)
