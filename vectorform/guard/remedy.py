"""The YAML of the safe way: a second index next to the first, a key that has moved, a retirement in steps."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform import engine
from vectorform.desired import commands, kinds
from vectorform.desired.attributes import INDEX, VECTOR_BUCKET
from vectorform.desired.model import Environment, Index, IndexBlocks, Region, Retirement
from vectorform.guard.beside import differs_elsewhere, entry, free_key, yaml
from vectorform.guard.losses import Loss
from vectorform.wording import quoted

_KEYS = "keys/"  # before those of the file's `keys`, in Terraform and in `moved`
_UNKNOWN_SUCCESSOR = "nothing  # or bucket/index, where its vectors are now"


def remedy(loss: Loss, environment: Environment, region: Region) -> list[str]:
    """Lines to show below a refused loss: what to write, and what to run."""
    stack = environment.stack_id(region)
    if not loss.shown:
        return [f"this output does not show what changes; see: vectorform guard {stack}"]
    if loss.unmoved:
        return _unmoved(loss, region)
    if loss.kind is kinds.KMS_KEY and loss.key.startswith(_KEYS):
        return [*(_renamed_key(loss, loss.renamed_to) if loss.renamed_to else ()), *_whole_key(loss)]
    if loss.kind is not kinds.INDEX:
        return _another_bucket(loss) if loss.replaced else _whole_bucket(loss)
    if loss.renamed_to and loss.name:
        return _renamed(loss, loss.renamed_to)
    index = next(
        (
            index
            for bucket in region.vector_buckets
            for index in bucket.written_indexes
            if index.address == loss.key
        ),
        None,
    )
    if loss.replaced and not loss.because:
        untaint = f"{engine.binary()} -chdir=cdktf.out/stacks/{stack} untaint '{loss.address}'"
        return [f"no edit asks for that: Terraform has marked it as tainted; to keep it: {untaint}"]
    if index is not None and index.retirement is not None:
        return _retired(loss, index.retirement, environment)
    if loss.replaced and index is not None:
        if any(difference.attribute == VECTOR_BUCKET["name"].argument for difference in loss.because):
            return _another_bucket(loss)
        return _beside(loss, index, environment, region)
    return [
        *_former_member(loss, region),
        "to delete it, restore its definition, retire it and apply; then confirm and apply again:",
        *_retirement(loss.key, "why it goes", _UNKNOWN_SUCCESSOR),
    ]


def destruction(environment: Environment, region: Region) -> list[str]:
    """The steps that destroy a whole stack, protected as it is."""
    protected = [bucket.key for bucket in region.vector_buckets if bucket.deletion_protection]
    unlock = "first apply the YAML as it is, with deletion_protection: false; that deletes nothing:"
    lines = [unlock]
    if protected:
        where = "" if len(environment.regions) == 1 else f" of {region.name} alone, or of all regions"
        lines = [
            f"to delete all of it with its vectors, first write in the YAML{where}:",
            "  vector_buckets:",
        ]
        for key in protected:
            lines += [f"    {yaml(key)}:", "      deletion_protection: false"]
        lines.append("apply that; it deletes nothing:")
    lines += [f"  {commands.deploy(environment, region)}", "then delete it permanently:"]
    lines.append(f"  {commands.destroy(environment, region)}")
    if region.name == environment.home.name and len(environment.regions) > 1:
        name = environment.name
        lines.append(f"IAM goes with it, that of all regions; all of them: cdktf destroy {name} '{name}-*'")
    return lines


def _beside(loss: Loss, index: Index, environment: Environment, region: Region) -> list[str]:
    """The new definition as a second index; the first keeps what it has."""
    changed = {difference.attribute for difference in loss.because}
    refusing = next((row for row in INDEX.fixed if row.path in changed and not row.fits_copies), None)
    other = refusing.noun if refusing else None
    return second_index(index, loss.name, environment, region, back=_edit_back(loss), other=other)


def second_index(
    index: Index, name: str | None, environment: Environment, region: Region, *, back: str, other: str | None
) -> list[str]:
    """The definition of an index as the YAML has it now, as a second one; the first keeps what it has.

    `name` is that of the first in AWS. `back` says what to write back there, and `other` what keeps its
    vectors from being copied: None where nothing does.
    """
    definition = next(
        (b.definition for b in region.written_vector_buckets if index in b.written_indexes), None
    )
    bucket, _, key = index.address.partition("/")
    new = free_key(environment, bucket, key, name)
    successor = yaml(f"{bucket}/{new}")
    lines = [
        f"{back} at {index.address}, and add a second index next to it:",
        "  vector_buckets:",
        f"    {yaml(definition or bucket)}:",
        "      indexes:",
        *(f"        {line}" for line in entry(environment, bucket, index, new, name)),
    ]
    if definition:
        lines.append(
            "(every member then has it; where members differ, write {each.FIELD} as the first index does)"
        )
    if differs_elsewhere(environment, region, index):
        lines.append(f"(as in {region.name}; where other regions differ, write that in `regions`)")
    lines += [
        f"deploy, then embed the texts again into it: vectors of another {other} cannot be copied;"
        if other
        else f"deploy, then fill it: vectorform migrate --environment {environment.name} {index.address} "
        f"{bucket}/{new};",
        "once nothing reads the old index any more, retire it:",
        *_retirement(index.address, f"replaced by {new}", successor),
    ]
    if other:
        lines.append(
            f"if the new vectors have other keys: replaced_by: {{index: {successor}, other_keys: why}}"
        )
    return [*lines, *_confirmation(index.address, environment)]


def _former_member(loss: Loss, region: Region) -> Iterator[str]:
    """Where an entry with for_each may have had it: a member leaves while it is still listed."""
    bucket = loss.key.partition("/")[0]
    definitions = {b.definition for b in region.written_vector_buckets if b.definition}
    for definition in sorted(definitions):
        before, _, after = definition.partition("{each}")
        if (before or after) and bucket.startswith(before) and bucket.endswith(after):
            member = bucket[len(before) : len(bucket) - len(after)]
            yield f"it may come from `{definition}`: keep {member} in that list until the deletion is applied"


def _edit_back(loss: Loss) -> str:
    keeps = "".join(f" `{was}`" for was in _was(loss))
    return f"restore{keeps}" if keeps else "undo the edit"


def _was(loss: Loss) -> Iterator[str]:
    """What the first index keeps, as its entry has to say it; nothing unless all of that is known."""
    written = {row.path: row.yaml_key for row in INDEX.fixed if row.form is not None}
    members = [(written.get(difference.attribute), difference.before) for difference in loss.because]
    if all(member and before is not None for member, before in members):
        yield from (f"{member}: {yaml(before)}" for member, before in members)


def _another_bucket(loss: Loss) -> list[str]:
    """A vector bucket's name and encryption are fixed as well."""
    bucket = loss.key.partition("/")[0]
    return [
        f"undo the edit at {bucket}; it asks for another vector bucket: write a second entry,",
        "with its own name; deploy, and fill its indexes: vectorform migrate",
    ]


def _unmoved(loss: Loss, region: Region) -> list[str]:
    """The stack was made without a look at its state, and the YAML says that nothing is elsewhere."""
    key = loss.key.partition("/")[0]
    spread = next(
        (bucket.index_blocks for bucket in region.vector_buckets if bucket.key == key), IndexBlocks()
    )
    numbers = [*(spread.former or ()), spread.count, spread.count]
    return [
        "only its Terraform block changes; let the stack move it until every region has applied this:",
        "  vector_buckets:",
        f"    {key}:",
        f"      index_blocks: {numbers}",
    ]


def _renamed(loss: Loss, new: str) -> list[str]:
    return [
        "if it is the same index under another key, write that, and keep its name in AWS (`name: "
        f"{loss.name}`):",
        "  moved:",
        f"    {yaml(loss.key)}: {yaml(new)}",
    ]


def _retired(loss: Loss, retirement: Retirement, environment: Environment) -> list[str]:
    if loss.replaced:
        return [f"{_edit_back(loss)} at {loss.key}: a retired index stays as it is until it is deleted"]
    replacement = retirement.replaced_by
    if loss.look is not None and loss.look.problem:
        return [
            "stop all writes to it, and do that; then compare the two again: "
            f"vectorform retire {environment.name} {loss.key}"
        ]
    if replacement is None:
        return [
            "first name its replacement:",
            *_retirement(loss.key, retirement.reason, _UNKNOWN_SUCCESSOR),
        ]
    if replacement.index is None:
        return ["apply the retirement alone; when that is done, add confirm_destroy: true and apply again"]
    return ["apply the retirement alone;", *_confirmation(loss.key, environment)]


def _confirmation(key: str, environment: Environment) -> list[str]:
    """From a retirement in the YAML to the deletion."""
    return [
        f"deploy; then compare the two in every region: vectorform retire {environment.name} {key};",
        "it writes the result into the YAML; then add confirm_destroy: true, and deploy again",
    ]


def _whole_bucket(loss: Loss) -> list[str]:
    bucket = loss.key.partition("/")[0]
    return [
        "to delete it with everything in it, first apply this alone; then delete its entry and apply again:",
        "  vector_buckets:",
        f"    {yaml(bucket)}:",
        "      deletion_protection: false",
    ]


def _renamed_key(loss: Loss, new: str) -> list[str]:
    return [
        "if it is the same key under another name, say so, and keep its alias (`alias`):",
        "  moved:",
        f"    {yaml(loss.key)}: {yaml(new)}",
    ]


def _whole_key(loss: Loss) -> list[str]:
    return [
        "to delete it, first apply this alone; then delete its entry, and what uses it, and apply again:",
        "  keys:",
        f"    {yaml(loss.key.removeprefix(_KEYS))}:",
        "      deletion_protection: false",
    ]


def _retirement(key: str, reason: str, replaced_by: str) -> list[str]:
    reason = quoted(reason)
    return ["  retired:", f"    {yaml(key)}:", f"      reason: {reason}", f"      replaced_by: {replaced_by}"]
