// Times are seconds since 1970; zone_min is the zone's offset where the person was. NULL: not answered, not known.
// Columns are only added, and each step stands alone: a file of any age takes the steps that it lacks.
#include "diary/schema.h"

static const char version_1[] =
	"CREATE TABLE session("
	"  id TEXT PRIMARY KEY," // "20261122T203740Z-1a2b3c4d"
	"  began INTEGER NOT NULL,"
	"  zone_min INTEGER NOT NULL,"
	"  routine TEXT NOT NULL,"
	"  title TEXT,"
	"  moment TEXT,"    // attack, first-sign, after, daily, bedtime
	"  heard_sec REAL," // kept as it goes
	// NULL: it still plays, or was killed
	"  ending TEXT CHECK(ending IN ('to the end','stopped','fell asleep','broken off')),"
	"  sore INTEGER,"                                      // 0, 1
	"  compare TEXT CHECK(compare IN ('breath','hands'))," // drawn; NULL: no night of comparison
	"  note TEXT);"
	"CREATE INDEX session_began ON session(began);"
	"CREATE TABLE part("
	"  session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
	"  place INTEGER NOT NULL," // from 0
	"  name TEXT NOT NULL,"
	"  fate TEXT NOT NULL CHECK(fate IN ('done','skipped','not tonight')),"
	"  PRIMARY KEY(session, place));"
	"CREATE TABLE area("
	"  session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
	"  name TEXT NOT NULL,"
	"  side TEXT NOT NULL CHECK(side IN ('left','right','both')),"
	"  pressure TEXT," // feather, light, medium, firm
	"  seconds REAL,"  // heard
	"  skipped INTEGER NOT NULL DEFAULT 0,"
	"  hurt_sec REAL," // of the session, when "that hurts" was pressed; NULL: it was not
	"  PRIMARY KEY(session, name, side));"
	"CREATE TABLE rating("
	"  session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
	"  moment TEXT NOT NULL CHECK(moment IN ('before','after','later'))," // later: two hours after
	"  value INTEGER CHECK(value BETWEEN 0 AND 9),"                       // NULL: asked, not answered
	"  at INTEGER NOT NULL,"
	"  PRIMARY KEY(session, moment));"
	"CREATE TABLE too_much("
	"  session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,"
	"  at_sec REAL NOT NULL);"
	"CREATE TABLE attack("
	"  id TEXT PRIMARY KEY,"
	"  began INTEGER NOT NULL,"
	"  ended INTEGER,"
	"  zone_min INTEGER NOT NULL,"
	"  strength INTEGER CHECK(strength BETWEEN 0 AND 9),"
	"  side TEXT CHECK(side IN ('left','right','both')),"
	"  nausea INTEGER, light INTEGER, sound INTEGER, aura INTEGER, sore INTEGER,"
	"  note TEXT);"
	"CREATE INDEX attack_began ON attack(began);"
	"CREATE TABLE medication("
	"  id TEXT PRIMARY KEY,"
	"  attack TEXT REFERENCES attack(id) ON DELETE SET NULL,"
	"  at INTEGER NOT NULL,"
	"  zone_min INTEGER NOT NULL,"
	"  kind TEXT NOT NULL CHECK(kind IN ('triptan','opioid','combination','ergotamine','simple','other')),"
	"  name TEXT,"
	"  dose TEXT);"
	"CREATE INDEX medication_at ON medication(at);"
	"CREATE TABLE suspected(" // triggers
	"  attack TEXT NOT NULL REFERENCES attack(id) ON DELETE CASCADE,"
	"  name TEXT NOT NULL,"
	"  PRIMARY KEY(attack, name));"
	"CREATE TABLE tag("
	"  entry TEXT NOT NULL," // the id of a session or an attack
	"  name TEXT NOT NULL,"
	"  PRIMARY KEY(entry, name));"
	"CREATE TABLE plan(" // as the listener has set it; else a routine's `often`
	"  routine TEXT PRIMARY KEY,"
	"  per_week REAL NOT NULL CHECK(per_week >= 0));";

// A session lasts longer than what was heard of it, by its pauses; the rating two hours later counts from its end.
static const char version_2[] =
	"ALTER TABLE session ADD COLUMN ended INTEGER;" // when it was last heard; kept as it goes
	"CREATE INDEX too_much_session ON too_much(session);"
	"CREATE INDEX area_name ON area(name);";

// Ends by a clock that had been set back were once kept before the begin, and no export that had one came in again.
static const char version_3[] =
	"UPDATE session SET ended = began + CAST(coalesce(heard_sec, 0) AS INTEGER) WHERE ended < began;"
	"UPDATE attack SET ended = began WHERE ended < began;";

const char *schema_step(int from)
{
	static const char *const steps[SCHEMA_VERSION] = {version_1, version_2, version_3};
	return steps[from];
}
