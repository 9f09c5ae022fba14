"""Second factors and recovery codes in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import UserId

from functions.auth.domain.second_factor import FactorKind, SecondFactor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction


class PostgresSecondFactors:
    """Second factors of people."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, factor: SecondFactor) -> None:
        """Store a new factor."""
        self._transaction.run(
            "INSERT INTO netpulse.second_factors (id, user_id, kind, name, sealed_secret, "
            "credential_id, public_key, sign_count, created_at, confirmed_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                factor.id,
                factor.user_id,
                factor.kind.value,
                factor.name,
                factor.sealed_secret,
                factor.credential_id,
                factor.public_key,
                factor.sign_count,
                factor.created_at,
                factor.confirmed_at,
            ),
        )

    def of(self, user_id: UserId) -> list[SecondFactor]:
        """Return a person's factors, the oldest first; those not confirmed, too."""
        rows = self._transaction.rows(
            "SELECT id, user_id, kind, name, created_at, confirmed_at, last_used_at, "
            "sealed_secret, last_step, credential_id, public_key, sign_count "
            "FROM netpulse.second_factors WHERE user_id = %s ORDER BY created_at, id",
            (user_id,),
        )
        return [_factor(row) for row in rows]

    def confirm(self, factor_id: UUID, *, step: int, at: datetime) -> None:
        """Let a factor count from now on."""
        self._transaction.run(
            "UPDATE netpulse.second_factors SET confirmed_at = %s, last_step = %s WHERE id = %s",
            (at, step, factor_id),
        )

    def use(self, factor: SecondFactor, *, step: int, sign_count: int, at: datetime) -> bool:
        """Note a factor's use; return False when somebody used the same code meanwhile."""
        return bool(
            self._transaction.run(
                "UPDATE netpulse.second_factors SET last_step = %s, sign_count = %s, "
                "last_used_at = %s WHERE id = %s AND last_step = %s AND sign_count = %s",
                (step, sign_count, at, factor.id, factor.last_step, factor.sign_count),
            )
        )

    def remove(self, factor_id: UUID) -> None:
        """Forget a factor."""
        self._transaction.run("DELETE FROM netpulse.second_factors WHERE id = %s", (factor_id,))

    def forget(self, user_id: UserId) -> int:
        """Forget all factors and codes of a person; return how many factors there were."""
        self.keep_codes(user_id, [])
        return self._transaction.run(
            "DELETE FROM netpulse.second_factors WHERE user_id = %s", (user_id,)
        )

    def keep_codes(self, user_id: UserId, hashed_codes: Sequence[bytes]) -> None:
        """Replace a person's recovery codes."""
        self._transaction.run("DELETE FROM netpulse.recovery_codes WHERE user_id = %s", (user_id,))
        self._transaction.run_many(
            "INSERT INTO netpulse.recovery_codes (user_id, hashed_code) VALUES (%s, %s)",
            [(user_id, code) for code in hashed_codes],
        )

    def use_code(self, user_id: UserId, hashed_code: bytes, *, at: datetime) -> bool:
        """Use a recovery code up; return False when it is not one that is left."""
        return bool(
            self._transaction.run(
                "UPDATE netpulse.recovery_codes SET used_at = %s "
                "WHERE user_id = %s AND hashed_code = %s AND used_at IS NULL",
                (at, user_id, hashed_code),
            )
        )

    def codes_left(self, user_id: UserId) -> int:
        """Return how many recovery codes a person has."""
        found: int = self._transaction.value(
            "SELECT count(*) FROM netpulse.recovery_codes WHERE user_id = %s AND used_at IS NULL",
            (user_id,),
        )
        return found


def _factor(row: Row) -> SecondFactor:
    return SecondFactor(
        **{**row, "user_id": UserId(row["user_id"]), "kind": FactorKind(row["kind"])}
    )
