"""Signatures on a run: made, checked by OpenSSH and openssl too, and thirty ways of tampering with them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from securitize.base.errors import DefinitionError, StorageError, UsageError
from securitize.store.run import open_run
from securitize.store.signatures import check_signatures, private_key, sign_run, statement_of
from securitize.store.sshsig import armoured, public_line, signed_bytes
from securitize.store.statement import RunStatement
from securitize.store.stored import StoredRun
from securitize.store.trusted_keys import trusted_in, trusted_key
from securitize.studies.run.api import run as run_deal
from tests.cli.program import securitize

NAMESPACE, WHEN = "securitize-run", "2026-03-01T09:00:00Z"
KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([k]) * 32)
    for k, name in enumerate(("ann", "bob", "eve"), 1)
}


@dataclass
class Signed:
    """A run with the signature of ann, and the keys and allowed signers beside it."""

    run: StoredRun
    folder: Path
    stem: str

    @property
    def signatures(self) -> Path:
        return self.run.path / "signatures"

    def file(self, end: str) -> Path:
        return self.signatures / f"{self.stem}{end}"

    @property
    def statement(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.file(".json").read_bytes())
        return found

    def rewrite(self, stem: str | None = None, **changes: str) -> None:
        """Another statement under the same signatures, named as it should be."""
        text = json.dumps(
            {**self.statement, **changes}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        self.move(f"{text}\n".encode(), stem)

    def move(self, data: bytes, stem: str | None = None) -> None:
        import hashlib

        new = stem or hashlib.sha256(data).hexdigest()[:16]
        self.file(".json").write_bytes(data)
        for end in (".json", ".json.sig", ".openssl.sig"):
            if self.file(end).exists():
                self.file(end).rename(self.signatures / f"{new}{end}")
        self.stem = new

    def outcomes(self) -> list[str]:
        return [
            one.outcome
            for one in check_signatures(self.run, trusted_in(self.folder / "allowed"), True).signatures
        ]

    def by_programs(self, signer: str = "ann") -> bool:
        """Whether ssh-keygen and openssl both find the signature good: what they say alike, or neither."""
        message = self.file(".json").read_bytes()
        ssh = subprocess.run(
            [
                *("ssh-keygen", "-Y", "verify", "-n", NAMESPACE, "-I", signer, "-f", self.folder / "allowed"),
                *("-s", self.file(".json.sig")),
            ],
            input=message, capture_output=True, check=False,
        )  # fmt: skip
        ssl = subprocess.run(
            [
                *("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", self.folder / f"{signer}.pem"),
                *("-in", self.file(".json"), "-sigfile", self.file(".openssl.sig")),
            ],
            capture_output=True, check=False,
        )  # fmt: skip
        return ssh.returncode == 0 and ssl.returncode == 0


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def line(name: str) -> str:
    return public_line(KEYS[name].public_key().public_bytes_raw())


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed")
    run_deal("biopharma-2000", output=folder / "run")
    run_deal("xoma-vabysmo-2023", output=folder / "other")
    for name, key in KEYS.items():
        (folder / f"{name}.pem").write_bytes(public_pem(key))
    (folder / "allowed").write_text(
        f"ann {line('ann')}\nbob {line('bob')} of the trustee\n# eve is unknown\n"
    )
    return folder


@pytest.fixture
def signed(stored: Path, tmp_path: Path) -> Signed:
    shutil.copytree(stored, tmp_path / "copy")
    folder = tmp_path / "copy"
    found = open_run(folder / "run").stored
    assert found is not None
    return Signed(found, folder, put(found, "ann"))


def put(run: StoredRun, name: str, signer: str | None = None, role: str = "manager") -> str:
    statement = statement_of(
        run, KEYS[name], signer=signer or name, role=role, purpose="release", signed_at=WHEN
    )
    return sign_run(run, KEYS[name], statement).stem


needs_programs = pytest.mark.skipif(
    not (shutil.which("ssh-keygen") and shutil.which("openssl")),
    reason="ssh-keygen or openssl is not installed",
)


@needs_programs
def test_other_programs_find_a_signature_good(signed: Signed) -> None:
    assert (signed.outcomes(), signed.by_programs()) == (["verified"], True)


def test_several_signatures_and_an_unknown_key(signed: Signed) -> None:
    put(signed.run, "bob", role="审计")
    assert signed.outcomes() == ["verified"] * 2
    put(signed.run, "eve")
    assert sorted(signed.outcomes()) == ["unknown-key", "verified", "verified"]
    assert signed.run.verify() == []
    eve = (trusted_key(signed.folder / "eve.pem"),)
    assert check_signatures(signed.run, eve, True).act == "verified"
    assert check_signatures(signed.run, (), False).act == "not-looked-at"
    shutil.rmtree(signed.signatures)
    assert check_signatures(signed.run, eve, True).act == "not-verified"


def flip(end: str, at: int) -> Callable[[Signed], None]:
    def act(one: Signed) -> None:
        data = bytearray(one.file(end).read_bytes())
        data[at] ^= 1
        one.file(end).write_bytes(data)

    return act


def raw(one: Signed) -> bytes:
    return one.file(".json").read_bytes()


def blob_with(old: bytes, new: bytes) -> Callable[[Signed], None]:
    """The signature of OpenSSH with other bytes of the same length in it, armoured as it was."""

    def act(one: Signed) -> None:
        lines = one.file(".json.sig").read_bytes().split(b"\n")
        blob = base64.b64decode(b"".join(lines[1:-2]))
        assert old in blob
        text = base64.b64encode(blob.replace(old, new, 1)).decode()
        wrapped = "\n".join(text[k : k + 70] for k in range(0, len(text), 70)).encode()
        one.file(".json.sig").write_bytes(b"\n".join((lines[0], wrapped, lines[-2], b"")))

    return act


def replaced(end: str, data: Callable[[Signed], bytes]) -> Callable[[Signed], None]:
    def act(one: Signed) -> None:
        one.file(end).write_bytes(data(one))

    return act


def reused(one: Signed) -> None:
    """The signature of another run."""
    other = open_run(one.folder / "other").stored
    assert other is not None
    stem = put(other, "ann")
    shutil.rmtree(one.signatures)
    shutil.copytree(other.path / "signatures", one.signatures)
    one.stem = stem


def by_eve(one: Signed) -> None:
    """Signed anew by another key, which the statement does not name."""
    data = raw(one)
    one.file(".openssl.sig").write_bytes(KEYS["eve"].sign(data))
    one.file(".json.sig").write_bytes(
        armoured(KEYS["ann"].public_key().public_bytes_raw(), KEYS["eve"].sign(signed_bytes(data)))
    )


def forged_name(one: Signed) -> None:
    """Eve signs as ann: sound, of an unknown key."""
    shutil.rmtree(one.signatures)
    one.stem = put(one.run, "eve", signer="ann")


def bob_as(name: str) -> Callable[[Signed], None]:
    def act(one: Signed) -> None:
        shutil.rmtree(one.signatures)
        one.stem = put(one.run, "bob", signer=name)

    return act


def linked(one: Signed) -> None:
    shutil.move(one.file(".json.sig"), one.folder / "elsewhere")
    os.symlink(one.folder / "elsewhere", one.file(".json.sig"))


TAMPERINGS: dict[str, Callable[[Signed], object]] = {
    "another signer": lambda one: one.rewrite(signer="bob"),
    "another role": lambda one: one.rewrite(role="auditor"),
    "another purpose": lambda one: one.rewrite(purpose="draft"),
    "another time": lambda one: one.rewrite(signed_at="2026-03-01T09:00:01Z"),
    "another manifest": lambda one: one.rewrite(manifest_sha256="0" * 64),
    "another run id": lambda one: one.rewrite(run="0123456789abcdef"),
    "another key in the statement": lambda one: one.rewrite(public_key=line("eve")),
    "another format": lambda one: one.rewrite(format="securitize-signature/2"),
    "signer in upper case": lambda one: one.rewrite(signer="Ann"),
    "signer with a Cyrillic letter": lambda one: one.rewrite(signer="\u0430nn"),
    "signer with a direction mark": lambda one: one.rewrite(signer="ann\u202e"),
    "signer with a joiner": lambda one: one.rewrite(signer="a\u200dnn"),
    "signer with a space behind": lambda one: one.rewrite(signer="ann "),
    "signer decomposed": lambda one: one.rewrite(signer="a\u0301nn"),
    "two lines in the purpose": lambda one: one.rewrite(purpose="release\nand more"),
    "a text more": lambda one: one.rewrite(note="approved"),
    "statement with spaces": lambda one: one.move(json.dumps(one.statement, sort_keys=True).encode() + b"\n"),
    "a key twice": lambda one: one.move(raw(one).replace(b'"role"', b'"role":"x","role"')),
    "no line feed at the end": lambda one: one.move(raw(one).rstrip()),
    "under another name": lambda one: one.rewrite(stem="0123456789abcdef"),
    "statement that is no JSON": lambda one: one.move(b"{"),
    "OpenSSH signature cut short": replaced(
        ".json.sig", lambda one: one.file(".json.sig").read_bytes()[:-40]
    ),
    "OpenSSH signature with a bit flipped": flip(".json.sig", 200),
    "openssl signature with a bit flipped": flip(".openssl.sig", 10),
    "openssl signature cut short": replaced(
        ".openssl.sig", lambda one: one.file(".openssl.sig").read_bytes()[:63]
    ),
    "openssl signature of zeros": replaced(".openssl.sig", lambda one: bytes(64)),
    "another namespace": blob_with(NAMESPACE.encode(), b"git-commits-ab"),
    "another key in the OpenSSH signature": blob_with(
        *(KEYS[k].public_key().public_bytes_raw() for k in ("ann", "eve"))
    ),
    "statement with spaces under its own name": lambda one: one.move(
        json.dumps(one.statement, sort_keys=True).encode() + b"\n", one.stem
    ),
    "a key twice under its own name": lambda one: one.move(
        raw(one).replace(b'"role"', b'"role":"x","role"'), one.stem
    ),
    "no OpenSSH signature": lambda one: one.file(".json.sig").unlink(),
    "no openssl signature": lambda one: one.file(".openssl.sig").unlink(),
    "no statement": lambda one: one.file(".json").unlink(),
    "signature of another run": reused,
    "signed by another key": by_eve,
    "another key that says it is ann": forged_name,
    "bob's key that says it is ann": bob_as("ann"),
    "bob's key in another case": bob_as("Bob"),
    "a link to a signature": linked,
}
#: What openssl and ssh-keygen cannot see: they know neither run nor folder, or ask about what the statement says.
GOOD_ELSEWHERE = {"signature of another run", "under another name", "a link to a signature"}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_never_verified(signed: Signed, name: str) -> None:
    TAMPERINGS[name](signed)
    expected = "unknown-key" if name == "another key that says it is ann" else "not-verified"
    assert signed.outcomes() == [expected]
    if shutil.which("ssh-keygen") and shutil.which("openssl") and signed.file(".json").exists():
        assert signed.by_programs() == (name in GOOD_ELSEWHERE)


@pytest.mark.parametrize("name", ["note.toml", "plain.sig", "note.txt"])
def test_a_file_that_is_no_part_of_a_signature_is_admitted_by_no_rule(signed: Signed, name: str) -> None:
    (signed.signatures / name).write_text("x", encoding="utf-8")
    assert [str(one.file) for one in signed.run.verify()] == [str(signed.signatures / name)]
    assert "not-verified" in signed.outcomes()


def test_a_manifest_that_was_sealed_anew_loses_its_signature(signed: Signed) -> None:
    import hashlib

    manifest = signed.run.path / "manifest.json"
    changed = manifest.read_bytes().replace(b"biopharma", b"biopharmb", 1)
    manifest.write_bytes(changed)
    (signed.run.path / "manifest.sha256").write_text(
        f"{hashlib.sha256(changed).hexdigest()}  manifest.json\n"
    )
    again = open_run(signed.run.path).stored
    assert again is not None
    assert [one.outcome for one in check_signatures(again, (), False).signatures] == ["not-verified"]


def test_a_damaged_run_is_not_signed_and_texts_that_mislead_are_refused(signed: Signed) -> None:
    for changes in ({"signer": "ann\u202e"}, {"signer": "ann,bob"}, {"role": ""}, {"purpose": "x" * 201}):
        texts = {"signer": "ann", "role": "manager", "purpose": "release", **changes}
        with pytest.raises(UsageError):
            statement_of(signed.run, KEYS["ann"], signed_at=WHEN, **texts)
    with pytest.raises(UsageError, match="already"):
        put(signed.run, "ann")
    next((signed.run.path / "tables").iterdir()).unlink()
    with pytest.raises(StorageError, match="damaged run"):
        put(signed.run, "bob")


def test_keys_of_both_forms_and_of_no_use(tmp_path: Path) -> None:
    key, forms = KEYS["ann"], {"pkcs8": PrivateFormat.PKCS8, "openssh": PrivateFormat.OpenSSH}
    for name, form in forms.items():
        (tmp_path / name).write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
        assert private_key(tmp_path / name).private_bytes_raw() == key.private_bytes_raw()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open"))
    (tmp_path / "secret").write_bytes(secret)
    assert private_key(tmp_path / "secret", b"open").private_bytes_raw() == key.private_bytes_raw()
    elliptic = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (tmp_path / "elliptic").write_bytes(elliptic)
    (tmp_path / "text").write_text("no key")
    for name, said in {
        "secret": "passphrase",
        "elliptic": "not an Ed25519 key",
        "text": "no private key",
    }.items():
        with pytest.raises(UsageError, match=said):
            private_key(tmp_path / name)


def test_files_of_allowed_signers(tmp_path: Path, signed: Signed) -> None:
    file = signed.folder / "allowed"
    for text, outcome in {
        f'"ann,bob" {line("ann")}': "verified",
        f'ann namespaces="git,{NAMESPACE}" {line("ann")} a comment': "verified",
        f'ann namespaces="git" {line("ann")}': "not-verified",
        f'ann valid-after="20260301",valid-before="202603011000Z" {line("ann")}'.replace(
            '301"', '301Z"'
        ): "verified",
        f'ann valid-before="20260301Z" {line("ann")}': "not-verified",
        f'ann valid-before="20260301Z" {line("ann")}\nann {line("ann")}': "verified",
        f"Ann {line('ann')}": "not-verified",
        f"ann {line('bob')}": "unknown-key",
    }.items():
        file.write_text(f"{text}\n")
        assert signed.outcomes() == [outcome], text
    for wrong in (
        "ann",
        f"* {line('ann')}",
        f"ann cert-authority {line('ann')}",
        "ann ssh-rsa AAAA",
        "ann ssh-ed25519 A",
    ):
        file.write_text(f"# one\n{wrong}\n")
        with pytest.raises(DefinitionError) as told:
            trusted_in(file)
        assert [problem.line for problem in told.value.problems] == [2]


def test_commands_sign_and_say_three_things_apart(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored, tmp_path / "all")
    key = KEYS["ann"].private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    (tmp_path / "key").write_bytes(key)
    texts = ("--signer", "ann", "--role", "manager", "--purpose", "release", "--time", WHEN)
    done = securitize("sign", "all/run", "--key", "key", *texts, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = securitize("verify", "all/run", cwd=tmp_path)
    assert said.returncode == 0
    assert "valid signature of an unknown key" in said.stdout
    assert "signatures: not looked at" in said.stdout
    good = securitize("verify", "all/run", "--trusted", "all/allowed", cwd=tmp_path)
    assert good.returncode == 0
    for text in ("integrity: verified", "recalculation: not looked at", "signatures: verified"):
        assert text in good.stdout
    bob = securitize("verify", "all/run", "--signer-key", "all/bob.pem", "--format", "json", cwd=tmp_path)
    found = json.loads(bob.stdout)
    assert bob.returncode == 1
    assert (found["integrity"], found["signatures"], found["passes"]) == ("verified", "not-verified", False)
    assert found["signed"][0]["outcome"] == "unknown-key"


def test_the_statement_of_a_signature_has_one_form() -> None:
    statement = RunStatement(
        manifest_sha256="a" * 64, public_key=line("ann"), purpose="发行", role="manager", run="0" * 16,
        signed_at=WHEN, signer="ann",
    )  # fmt: skip
    assert statement.to_bytes().endswith(b"}\n")
    assert "发行".encode() in statement.to_bytes()
    with pytest.raises(ValueError, match="time"):
        RunStatement(**{**json.loads(statement.to_bytes()), "signed_at": "2026-02-30T00:00:00Z"})
