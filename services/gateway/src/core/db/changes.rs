//! Counts the changes of the database, whichever process makes them: by the count a standby says how far its copy has come.
//! The triggers that count are of the connection alone, and so hold for every table there is.

use rusqlite::{Connection, Result};

/// Tables whose changes no answer waits for: what is lost of them with a machine is typed or signed in once more.
const UNAWAITED: [&str; 2] = ["session", "draft"];

/// Columns likewise: attempts, last uses, and how far a webhook has come.
const UNAWAITED_COLUMNS: [(&str, &[&str]); 5] = [
    (
        "staff",
        &["failures", "factor_failures", "locked_until", "last_post"],
    ),
    ("token", &["used_at"]),
    ("passkey", &["used_at", "counter"]),
    ("second_factor", &["last_step", "failures"]),
    (
        "webhook",
        &[
            "epoch",
            "position",
            "state",
            "failures",
            "problem",
            "next_try_at",
            "stuck_at",
        ],
    ),
];

const COUNTED: &str = "UPDATE change_count SET newest = newest + 1";
const AWAITED: &str = "UPDATE change_count SET newest = newest + 1, awaited = newest + 1";

pub(super) fn count(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "temp_store", "memory")?;
    let tables = names(
        connection,
        "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'change_count' AND name <> ?1",
        "",
    )?;
    for table in tables {
        let columns = names(connection, "SELECT name FROM pragma_table_info(?1)", &table)?;
        connection.execute_batch(&triggers(&table, &columns))?;
    }
    Ok(())
}

fn names(connection: &Connection, query: &str, of: &str) -> Result<Vec<String>> {
    let mut query = connection.prepare(query)?;
    let names = query.query_map([of], |row| row.get(0))?;
    names.collect()
}

fn triggers(table: &str, columns: &[String]) -> String {
    let trigger = |name: &str, when: &str, does: &str| {
        format!(
            "CREATE TEMP TRIGGER {table}_{name} AFTER {when} ON main.{table} BEGIN {does}; END;\n"
        )
    };
    let is_awaited = !UNAWAITED.contains(&table);
    let does = if is_awaited { AWAITED } else { COUNTED };
    let mut all = trigger("inserted", "INSERT", does);
    all += &trigger("deleted", "DELETE", does);
    all += &trigger("updated", "UPDATE", COUNTED);
    let of_table = UNAWAITED_COLUMNS.iter().find(|(of, _)| *of == table);
    let unawaited = of_table.map_or(&[][..], |(_, columns)| *columns);
    let awaited: Vec<String> = columns
        .iter()
        .filter(|column| !unawaited.contains(&column.as_str()))
        .map(|column| format!("\"{column}\""))
        .collect();
    if is_awaited {
        let when = format!("UPDATE OF {}", awaited.join(", "));
        all += &trigger("changed", &when, AWAITED);
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::core::db::Db;

    fn counts(db: &Db) -> (i64, i64) {
        let read = "SELECT newest, awaited FROM change_count";
        let counts = db.blocking(|db| db.query_row(read, [], |row| Ok((row.get(0)?, row.get(1)?))));
        counts.unwrap()
    }

    fn run(db: &Db, sql: &'static str) {
        db.blocking(|db| db.execute_batch(sql)).unwrap();
    }

    #[test]
    fn what_an_account_may_do_is_awaited_and_attempts_and_sessions_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        run(
            &db,
            "INSERT INTO staff (id, name, role, unit, created_at)
                 VALUES ('zhang-li', '张丽', 'clerk', 's4k2m9qxa.window', 1)",
        );
        let (newest, awaited) = counts(&db);
        assert!(newest > 0 && awaited == newest);
        run(
            &db,
            "UPDATE staff SET failures = failures + 1;
             INSERT INTO session (token, staff, csrf, began_at, seen_at, ends_at)
                 VALUES (x'01', 'zhang-li', 'csrf', 1, 1, 2);
             UPDATE session SET seen_at = 2;
             DELETE FROM session",
        );
        assert_eq!(counts(&db), (newest + 4, awaited));
        run(&db, "UPDATE staff SET disabled_at = 3, failures = 0");
        let (last, awaited) = counts(&db);
        assert!(last > newest + 4 && awaited > newest + 4);
        run(&db, "DELETE FROM staff");
        assert!(counts(&db).1 > awaited);
    }

    #[test]
    fn another_connection_counts_on_and_what_is_rolled_back_is_not_counted() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).unwrap();
        let (before, _) = counts(&db);
        let other = Db::open(folder.path()).unwrap();
        run(
            &other,
            "INSERT INTO secret (name, value) VALUES ('one', x'01')",
        );
        assert_eq!(counts(&db).0, before + 1);
        run(
            &db,
            "BEGIN; INSERT INTO secret (name, value) VALUES ('two', x'01'); ROLLBACK",
        );
        assert_eq!(counts(&db).0, before + 1);
    }
}
