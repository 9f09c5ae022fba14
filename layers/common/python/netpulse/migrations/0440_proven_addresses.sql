-- Whoever registers an address need not own the mailbox: a login opens other organisations only
-- after a link that came by mail alone was followed.
ALTER TABLE netpulse.users ADD COLUMN address_proven_at timestamptz;
-- Its person had a login already, made elsewhere, when the organisation let the address in.
ALTER TABLE netpulse.memberships ADD COLUMN awaits_proof boolean NOT NULL DEFAULT false;
-- Its token was made for a mail; an admin is shown another one.
ALTER TABLE netpulse.invitations ADD COLUMN mailed boolean NOT NULL DEFAULT false;
