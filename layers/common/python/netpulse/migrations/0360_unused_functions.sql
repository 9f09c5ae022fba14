-- What they told, member_access and api_key_access tell (0098); no function that is deployed asks.
DROP FUNCTION netpulse.member_role(uuid, uuid);
DROP FUNCTION netpulse.api_key_owner(bytea);
