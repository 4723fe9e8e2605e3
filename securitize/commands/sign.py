"""``securitize sign RUN --key KEY --signer NAME --role ROLE --purpose TEXT``."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from securitize.commands import options


@click.command("sign")
@click.argument("run", shell_complete=options.complete_run)
@click.option(
    "--key",
    required=True,
    metavar="KEY",
    type=click.Path(path_type=Path),
    help="Private Ed25519 key: OpenSSH or PKCS#8 (PEM).",
)
@click.option("--signer", required=True, metavar="NAME", help="Name of the signer.")
@click.option("--role", required=True, metavar="ROLE", help="In which role, such as manager or auditor.")
@click.option("--purpose", required=True, metavar="TEXT", help="What the signature is for.")
@click.option(
    "--passphrase-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File whose first line is the passphrase of the key.",
)
@click.option(
    "--time", "signed_at", metavar="TIME", help="When it is signed, as 2026-11-30T15:00:00Z.  [default: now]"
)
@options.runs_folder
@options.table_or_json
def command(
    run: str,
    key: Path,
    signer: str,
    role: str,
    purpose: str,
    passphrase_file: Path | None,
    signed_at: str | None,
    runs_folder: Path,
    format_: str,
) -> None:
    """Sign a stored RUN, stress result or build with an Ed25519 key, offline.

    The signature states signer, role, purpose, time, and the digest of the run's manifest, and lies in the run's
    folder signatures; the run stays as it is. A run that has changed since it was stored is not signed. Others may
    sign it too. securitize verify, ssh-keygen and openssl check it.
    """
    from securitize.base.files import read_regular
    from securitize.reports.tables import to_json
    from securitize.reports.terminal import emit_data, print_line
    from securitize.store.run import stored_run
    from securitize.store.signatures import private_key, sign_run, statement_of
    from securitize.store.sshsig import NAMESPACE
    from securitize.store.statement import text_of

    stored = stored_run(run, runs_folder)
    secret = read_regular(passphrase_file, 4096).splitlines()[:1] if passphrase_file else []
    loaded = private_key(key, secret[0] if secret else None)
    statement = statement_of(
        stored,
        loaded,
        signer=signer,
        role=role,
        purpose=purpose,
        signed_at=signed_at or text_of(datetime.datetime.now(datetime.UTC)),
    )
    path = sign_run(stored, loaded, statement)
    if format_ == "json":
        emit_data(
            to_json({"statement": str(path), "namespace": NAMESPACE, "signed": statement.to_bytes().decode()})
        )
        return
    print_line(
        "run {id} signed: {signer}, {role}, {purpose}",
        id=stored.id,
        signer=signer,
        role=role,
        purpose=purpose,
    )
    print_line("statement {path}", path=path, wraps=False)
