-- Who is on an incident and until when; who said or did what in it.
ALTER TABLE netpulse.incidents
    ADD COLUMN acknowledge_note text NOT NULL DEFAULT '',
    ADD COLUMN acknowledged_until timestamptz,
    ADD COLUMN acknowledged_until_worse boolean NOT NULL DEFAULT false;
-- somebody without a user's id is known by name: the owner of an API key
ALTER TABLE netpulse.incident_events ADD COLUMN actor_name text NOT NULL DEFAULT '';
SELECT netpulse.make_audited(
    'netpulse.incidents', 'incident', 'id', 'title', '', 'seq,affected,most_affected,state');
