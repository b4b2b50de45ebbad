"""The YAML of the safe way: a second index beside the first, a key that has moved, a retirement in steps."""

from __future__ import annotations

from vectorform.desired import commands
from vectorform.desired.model import Environment, Index, Region, Retirement
from vectorform.guard.judgement import Loss

_UNKNOWN_SUCCESSOR = "nothing  # or bucket/index, where its vectors are now"
_EDITABLE = {"dimension": "dimension", "distance_metric": "distance_metric"}


def remedy(loss: Loss, environment: Environment, region: Region) -> list[str]:
    """Lines to show below a refused loss: what to write, and what to run."""
    stack = environment.stack_id(region)
    if not loss.shown:
        return [f"what changes about it, this text does not show: vectorform guard {stack}"]
    if loss.kind != "index":
        return _whole_bucket(loss)
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
    if index is not None and index.retirement is not None:
        return _retired(loss, index.retirement, environment)
    if loss.replaced and not loss.because:
        untaint = f"terraform -chdir=cdktf.out/stacks/{stack} untaint '{loss.address}'"
        return [f"no edit asks for that: it is marked as tainted; to keep it: {untaint}"]
    if loss.replaced and index is not None:
        return _beside(loss, index, environment)
    return [
        "to delete it, put its definition back and retire it, apply, then confirm and apply again:",
        *_retirement(loss.key, "why it goes", _UNKNOWN_SUCCESSOR),
    ]


def destruction(environment: Environment, region: Region) -> list[str]:
    """The steps that destroy a whole stack, protected as it is."""
    protected = [bucket.key for bucket in region.vector_buckets if bucket.deletion_protection]
    unlock = "apply what the YAML says already, deletion_protection: false, which deletes nothing:"
    lines = [unlock]
    if protected:
        where = "" if len(environment.regions) == 1 else f" of {region.name} alone, or of all regions"
        lines = [
            f"to delete all of it with its vectors, first write in the YAML{where}:",
            "  vector_buckets:",
        ]
        for key in protected:
            lines += [f"    {key}:", "      deletion_protection: false"]
        lines.append("apply that, which deletes nothing:")
    lines += [f"  {commands.deploy(environment, region)}", "then delete it, for good:"]
    lines.append(f"  {commands.destroy(environment, region)}")
    if region.name == environment.home.name and len(environment.regions) > 1:
        name = environment.name
        lines.append(f"IAM goes with it, that of all regions; all of them: cdktf destroy {name} '{name}-*'")
    return lines


def _beside(loss: Loss, index: Index, environment: Environment) -> list[str]:
    """The new definition as a second index; the first keeps what it has."""
    bucket, _, key = loss.key.partition("/")
    new = f"{key}-v2"
    was = {difference.attribute: difference.before for difference in loss.because}
    keeps = "".join(f" `{name}: {was[name]}`" for name in _EDITABLE if was.get(name) is not None)
    stays = f"write{keeps} back at" if keeps else "take the edit back at"
    keys = ", ".join(index.non_filterable_metadata_keys)
    fill = (
        f"fill it: vectorform migrate --environment {environment.name} {loss.key} {bucket}/{new}"
        if "dimension" not in was
        else "embed the texts again into it, since vectors of another dimension cannot be copied"
    )
    return [
        f"{stays} {loss.key}, and add a second index beside it:",
        "  vector_buckets:",
        f"    {bucket}:",
        "      indexes:",
        f"        {new}:",
        f"          dimension: {index.dimension}",
        f"          distance_metric: {index.distance_metric}",
        f"          non_filterable_metadata_keys: [{keys}]",
        f"deploy, then {fill};",
        "once nothing reads the first one any more, retire it:",
        *_retirement(loss.key, f"replaced by {new}", f"{bucket}/{new}"),
        *(
            [
                "where the new vectors have other keys: "
                f"replaced_by: {{index: {bucket}/{new}, other_keys: why}}"
            ]
            if "dimension" in was
            else []
        ),
        *_confirmation(loss.key, environment),
    ]


def _renamed(loss: Loss, new: str) -> list[str]:
    return [
        f"if it is the same index under another key, say so, and keep its name in AWS (`name: {loss.name}`):",
        "  moved:",
        f"    {loss.key}: {new}",
    ]


def _retired(loss: Loss, retirement: Retirement, environment: Environment) -> list[str]:
    replacement = retirement.replaced_by
    if replacement is None:
        return [
            "first say what takes its place:",
            *_retirement(loss.key, retirement.reason, _UNKNOWN_SUCCESSOR),
        ]
    if replacement.index is None:
        return ["apply the retirement alone; when that is done, add confirm_destroy: true and apply again"]
    return ["apply the retirement alone;", *_confirmation(loss.key, environment)]


def _confirmation(key: str, environment: Environment) -> list[str]:
    """From a retirement in the YAML to the deletion."""
    return [
        f"deploy that; then compare the two in every region: vectorform retire {environment.name} {key};",
        "it writes what it found; with that, add confirm_destroy: true, and deploy again",
    ]


def _whole_bucket(loss: Loss) -> list[str]:
    bucket = loss.key.partition("/")[0]
    return [
        "to delete it with all that it holds, first apply this alone; then delete its entry and apply again:",
        "  vector_buckets:",
        f"    {bucket}:",
        "      deletion_protection: false",
    ]


def _retirement(key: str, reason: str, replaced_by: str) -> list[str]:
    return ["  retired:", f"    {key}:", f'      reason: "{reason}"', f"      replaced_by: {replaced_by}"]
