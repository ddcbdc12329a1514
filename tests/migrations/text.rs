//! Reads the SQL of our own migrations, without a database: tables, columns, keys, indexes, as the lines of a schema.
//! Understands what our migrations use and refuses the rest, so that it never guesses.

use super::schema::{Engine, Schema};

/// The schema that these migrations, in order, lead to.
pub fn read(engine: Engine, migrations: &[String]) -> Schema {
    let mut schema = Schema::default();
    for statement in migrations.iter().flat_map(|sql| statements(sql)) {
        apply(engine, &mut schema, &statement);
    }
    schema
}

/// Statements as lower-case words, parentheses and commas standing alone.
fn statements(sql: &str) -> Vec<Vec<String>> {
    let without_comments: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let text = without_literals(&without_comments.join("\n")).to_lowercase();
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace(',', " , ");
    let mut statements: Vec<Vec<String>> = Vec::new();
    for piece in spaced.split(';') {
        let words = piece.split_whitespace().map(str::to_owned);
        match statements.last_mut().filter(|statement| is_open(statement)) {
            Some(open) => open.extend(words),
            None => statements.push(words.collect()),
        }
    }
    statements.retain(|words| !words.is_empty());
    statements
}

/// What is between quotes may hold anything, semicolons included, and says nothing of a schema.
fn without_literals(sql: &str) -> String {
    sql.split('\'').enumerate().map(|(rank, piece)| if rank % 2 == 0 { piece } else { "''" }).collect()
}

/// The body of a function or of a trigger holds semicolons of its own.
fn is_open(statement: &[String]) -> bool {
    let count = |word: &str| statement.iter().filter(|one| *one == word).count();
    let body = statement.starts_with(&["create".into(), "trigger".into()]) && count("begin") > 0;
    count("$$") == 1 || (body && statement.last().is_some_and(|word| word != "end"))
}

fn apply(engine: Engine, schema: &mut Schema, statement: &[String]) {
    let words: Vec<&str> = statement.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["create", "table", table, "(", inside @ .., ")"] => {
            for item in items(inside) {
                table_item(engine, schema, table, &item);
            }
        }
        ["create", "unique", "index", name, "on", table, "(", rest @ ..] => index(schema, name, table, true, rest),
        ["create", "index", name, "on", table, "(", rest @ ..] => index(schema, name, table, false, rest),
        ["alter", "table", table, "add", "column", column @ ..] => table_item(engine, schema, table, column),
        ["alter", "table", table, "drop", "column", column] => schema.drop_column(table, column),
        ["create", "trigger", name, rest @ ..] => trigger(schema, name, rest),
        ["create", "function", ..] => {}
        ["drop", "table", table] => schema.drop_table(table),
        ["drop", "index", name] => schema.drop_index(name),
        ["insert" | "update" | "delete", ..] => {}
        _ => panic!("migrations test: teach its reader this statement: {}", words.join(" ")),
    }
}

/// Cut at the commas that are in no parenthesis.
fn items<'a>(words: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut items = vec![Vec::new()];
    let mut depth = 0;
    for word in words {
        match *word {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => {
                items.push(Vec::new());
                continue;
            }
            _ => {}
        }
        items.last_mut().expect("one at least").push(*word);
    }
    items
}

fn table_item(engine: Engine, schema: &mut Schema, table: &str, item: &[&str]) {
    match item {
        ["unique", "(", columns @ .., ")"] => schema.key(table, &names(columns), false),
        ["primary", "key", "(", columns @ .., ")"] => schema.key(table, &names(columns), false),
        [column, kind, rest @ ..] => {
            schema.column(table, column, engine.kind(kind), !has(rest, &["not", "null"]));
            if has(rest, &["unique"]) || has(rest, &["primary", "key"]) {
                schema.key(table, &[(*column).to_owned()], false);
            }
            if let Some(at) = rest.iter().position(|word| *word == "references") {
                schema.reference(table, column, rest[at + 1]);
            }
        }
        _ => panic!("migrations test: teach its reader this column: {}", item.join(" ")),
    }
}

fn index(schema: &mut Schema, name: &str, table: &str, unique: bool, rest: &[&str]) {
    let close = rest.iter().position(|word| *word == ")").expect("a closing parenthesis");
    let columns = names(&rest[..close]);
    let partial = match &rest[close + 1..] {
        [] => false,
        ["where", ..] => true,
        other => panic!("migrations test: teach its reader the end of this index: {}", other.join(" ")),
    };
    schema.named_index(name, table, &columns, unique, partial);
}

/// Which table it guards; the engines word the rest each in its own way.
fn trigger(schema: &mut Schema, name: &str, rest: &[&str]) {
    let on = rest.iter().position(|word| *word == "on").expect("the table of a trigger");
    schema.trigger(rest[on + 1], name);
}

fn names(words: &[&str]) -> Vec<String> {
    words.iter().filter(|word| **word != ",").map(|word| (*word).to_owned()).collect()
}

fn has(words: &[&str], sought: &[&str]) -> bool {
    words.windows(sought.len()).any(|window| window == sought)
}
