-- version 1 (PRAGMA user_version); times are seconds since 1970 (UTC) with the zone's offset in minutes where a person
-- reads them; NULL: not answered, not known
CREATE TABLE session(
  id TEXT PRIMARY KEY,              -- "20261122T203740Z-1a2b3c4d"
  began INTEGER NOT NULL, zone_min INTEGER NOT NULL,
  routine TEXT NOT NULL, title TEXT, moment TEXT,      -- attack, first-sign, after, daily, bedtime
  heard_sec REAL,                   -- kept as it goes
  ending TEXT CHECK(ending IN ('to the end','stopped','fell asleep','broken off')), -- NULL: it still plays, or was killed
  sore INTEGER,                     -- 0, 1
  compare TEXT CHECK(compare IN ('breath','hands')),   -- drawn by --compare; NULL: not a comparison night
  note TEXT);
CREATE INDEX session_began ON session(began);
CREATE TABLE part(session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, place INTEGER NOT NULL, name TEXT NOT NULL,
  fate TEXT NOT NULL CHECK(fate IN ('done','skipped','not tonight')), PRIMARY KEY(session, place));
CREATE TABLE area(session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, name TEXT NOT NULL,
  side TEXT NOT NULL CHECK(side IN ('left','right','both')), pressure TEXT,  -- feather, light, medium, firm
  seconds REAL, skipped INTEGER NOT NULL DEFAULT 0, hurt_sec REAL,           -- when "that hurts" was pressed; NULL: it was not
  PRIMARY KEY(session, name, side));
CREATE TABLE rating(session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,
  moment TEXT NOT NULL CHECK(moment IN ('before','after','later')),          -- later: two hours after
  value INTEGER CHECK(value BETWEEN 0 AND 9), at INTEGER NOT NULL, PRIMARY KEY(session, moment)); -- NULL value: asked, not answered
CREATE TABLE too_much(session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, at_sec REAL NOT NULL);
CREATE TABLE attack(id TEXT PRIMARY KEY, began INTEGER NOT NULL, ended INTEGER, zone_min INTEGER NOT NULL,
  strength INTEGER CHECK(strength BETWEEN 0 AND 9), side TEXT CHECK(side IN ('left','right','both')),
  nausea INTEGER, light INTEGER, sound INTEGER, aura INTEGER, sore INTEGER, note TEXT);
CREATE INDEX attack_began ON attack(began);
CREATE TABLE medication(id TEXT PRIMARY KEY, attack TEXT REFERENCES attack(id) ON DELETE SET NULL, at INTEGER NOT NULL,
  zone_min INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('triptan','opioid','combination','ergotamine','simple','other')),
  name TEXT, dose TEXT);
CREATE INDEX medication_at ON medication(at);
CREATE TABLE suspected(attack TEXT NOT NULL REFERENCES attack(id) ON DELETE CASCADE, name TEXT NOT NULL, PRIMARY KEY(attack, name)); -- triggers
CREATE TABLE tag(entry TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(entry, name));  -- entry: a session's or an attack's id
CREATE TABLE plan(routine TEXT PRIMARY KEY, per_week REAL NOT NULL CHECK(per_week >= 0)); -- set by the listener; else the routine's often
-- what such a file held
INSERT INTO session VALUES('20261101T200000Z-00000001', 1793563200, 60, 'evening', 'Evening', 'bedtime', 600.0, 'to the end', NULL, NULL, 'calm');
INSERT INTO session VALUES('20261102T200000Z-00000002', 1793649600, 60, 'neck-week', NULL, NULL, NULL, NULL, 1, 'breath', NULL);
INSERT INTO area VALUES('20261101T200000Z-00000001', 'neck', 'left', 'light', 61.5, 0, 12.0);
INSERT INTO rating VALUES('20261101T200000Z-00000001', 'before', 6, 1793563190), ('20261101T200000Z-00000001', 'after', NULL, 1793563900);
INSERT INTO attack VALUES('20261103T080000Z-00000003', 1793692800, NULL, 60, 7, 'right', 1, 0, NULL, NULL, NULL, NULL);
INSERT INTO medication VALUES('20261103T083000Z-00000004', '20261103T080000Z-00000003', 1793694600, 60, 'triptan', 'sumatriptan', '50 mg');
INSERT INTO tag VALUES('20261101T200000Z-00000001', 'rain');
INSERT INTO plan VALUES('neck-week', 3);
PRAGMA user_version = 1;
