-- What Holotype keeps. The events are the facts; the sessions table follows them by triggers, in the same
-- transaction, and everything else that can be asked about a session is a view over its events.

PRAGMA application_id = 1215261807; -- "Holo"

CREATE TABLE sessions (
    id          TEXT PRIMARY KEY,
    started_at  REAL NOT NULL,
    prompt      TEXT NOT NULL,
    stage       TEXT,
    finished_at REAL,
    outcome     TEXT,
    summary     TEXT
) STRICT;

CREATE INDEX sessions_by_start ON sessions (started_at);

CREATE TABLE events (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    at      REAL NOT NULL,
    type    TEXT NOT NULL,
    event   TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX events_by_type ON events (type, session);

CREATE TRIGGER events_have_no_gaps BEFORE INSERT ON events
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE session = NEW.session)
BEGIN
    SELECT raise(ABORT, 'an event does not follow the last stored one');
END;

CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN
    SELECT raise(ABORT, 'events never change');
END;

CREATE TRIGGER first_event_opens_session BEFORE INSERT ON events WHEN NEW.seq = 1
BEGIN
    INSERT INTO sessions (id, started_at, prompt)
    VALUES (NEW.session, NEW.at, coalesce(json_extract(NEW.event, '$.prompt'), ''))
    ON CONFLICT (id) DO NOTHING; -- a repetition is for events_have_no_gaps to refuse
END;

CREATE TRIGGER session_changes_stage AFTER INSERT ON events WHEN NEW.type = 'stage.entered'
BEGIN
    UPDATE sessions SET stage = json_extract(NEW.event, '$.stage') WHERE id = NEW.session;
END;

CREATE TRIGGER session_resumes AFTER INSERT ON events WHEN NEW.type = 'session.resumed'
BEGIN
    UPDATE sessions SET finished_at = NULL, outcome = NULL, summary = NULL WHERE id = NEW.session;
END;

CREATE TRIGGER session_finishes AFTER INSERT ON events WHEN NEW.type = 'session.finished'
BEGIN
    UPDATE sessions
    SET finished_at = NEW.at,
        outcome = json_extract(NEW.event, '$.outcome'),
        summary = json_extract(NEW.event, '$.summary')
    WHERE id = NEW.session;
END;

-- Without INDEXED BY, SQLite would rather read a whole session, and most of its events are of other types.
CREATE VIEW programs AS
SELECT session, seq, at,
    json_extract(event, '$.version') AS version,
    json_extract(event, '$.digest') AS digest,
    json_extract(event, '$.reason') AS reason,
    json_extract(event, '$.by') AS by,
    json_extract(event, '$.program') AS program
FROM events INDEXED BY events_by_type WHERE type = 'program.revised';

CREATE VIEW candidates AS
SELECT session, seq, at,
    json_extract(event, '$.candidate') AS candidate,
    json_extract(event, '$.function') AS function,
    json_extract(event, '$.source') AS source,
    json_extract(event, '$.generator') AS generator,
    coalesce(json_extract(event, '$.parent'), '') AS parent
FROM events INDEXED BY events_by_type WHERE type = 'candidate.made';

CREATE VIEW dropped_candidates AS
SELECT session, seq, at,
    json_extract(event, '$.candidate') AS candidate,
    json_extract(event, '$.reason') AS reason
FROM events INDEXED BY events_by_type WHERE type = 'candidate.dropped';

CREATE VIEW verdicts AS
SELECT session, seq, at,
    json_extract(event, '$.candidate') AS candidate,
    json_extract(event, '$.check') AS "check",
    json_extract(event, '$.passed') AS passed,
    json_extract(event, '$.tier') AS tier,
    json_extract(event, '$.tool') AS tool,
    coalesce(json_extract(event, '$.detail'), '') AS detail,
    coalesce(json_extract(event, '$.counterexample'), '') AS counterexample,
    coalesce(json_extract(event, '$.ran'), 0) AS ran,
    coalesce(json_extract(event, '$.seconds'), 0.0) AS seconds
FROM events INDEXED BY events_by_type WHERE type = 'candidate.checked';

-- With max(), SQLite takes the other columns from the row that has the maximum: the last word counts.
CREATE VIEW executions AS
SELECT session, execution, max(seq) AS seq, at AS changed_at,
    CASE type WHEN 'graph.planned' THEN 'running' ELSE status END AS status,
    seconds
FROM (
    SELECT session, seq, at, type,
        json_extract(event, '$.execution') AS execution,
        json_extract(event, '$.status') AS status,
        json_extract(event, '$.seconds') AS seconds
    FROM events INDEXED BY events_by_type WHERE type IN ('graph.planned', 'execution.finished')
)
GROUP BY session, execution;

CREATE VIEW planned_nodes AS
SELECT events.session, events.seq,
    json_extract(event, '$.execution') AS execution,
    json_extract(node.value, '$.id') AS node,
    json_extract(node.value, '$.kind') AS kind,
    json_extract(node.value, '$.label') AS label,
    json_extract(node.value, '$.deps') AS deps,
    coalesce(json_extract(event, '$.parent'), '') AS parent
FROM events INDEXED BY events_by_type, json_each(events.event, '$.nodes') AS node
WHERE events.type IN ('graph.planned', 'graph.grew');

CREATE VIEW node_states AS
SELECT session, execution, node, max(seq) AS seq, at AS changed_at,
    CASE type WHEN 'node.started' THEN 'running' WHEN 'node.retried' THEN 'waiting' ELSE status END AS status,
    attempts, queue_s, run_s, commit_s, tokens, money, cached
FROM (
    SELECT session, seq, at, type,
        json_extract(event, '$.execution') AS execution,
        json_extract(event, '$.node') AS node,
        json_extract(event, '$.status') AS status,
        coalesce(json_extract(event, '$.attempts'), json_extract(event, '$.attempt'), 1) AS attempts,
        coalesce(json_extract(event, '$.queue_s'), 0.0) AS queue_s,
        coalesce(json_extract(event, '$.run_s'), 0.0) AS run_s,
        coalesce(json_extract(event, '$.commit_s'), 0.0) AS commit_s,
        coalesce(json_extract(event, '$.tokens'), 0) AS tokens,
        coalesce(json_extract(event, '$.money'), 0.0) AS money,
        coalesce(json_extract(event, '$.cached'), 0) AS cached
    FROM events INDEXED BY events_by_type WHERE type IN ('node.started', 'node.retried', 'node.finished')
)
GROUP BY session, execution, node;

-- Results of graph nodes and answers of paid calls; `id` keeps the order of their commits.
CREATE TABLE results (
    id        INTEGER PRIMARY KEY,
    execution TEXT NOT NULL,
    node      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    key       BLOB NOT NULL,
    payload   BLOB NOT NULL,
    UNIQUE (execution, node, kind, key)
) STRICT;

CREATE TRIGGER session_takes_its_results BEFORE DELETE ON sessions
BEGIN
    DELETE FROM results WHERE execution IN (SELECT execution FROM executions WHERE session = OLD.id);
END;

-- The cache of node outputs, shared by all sessions; any row may be dropped at any time.
CREATE TABLE outputs (
    key     BLOB PRIMARY KEY,
    kind    TEXT NOT NULL,
    version TEXT NOT NULL,
    made_at REAL NOT NULL,
    used_at REAL NOT NULL,
    hits    INTEGER NOT NULL DEFAULT 0,
    bytes   INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX outputs_by_use ON outputs (used_at, bytes);
