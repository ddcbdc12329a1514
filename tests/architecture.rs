//! The house keeps its own plan: who may use whom, which crate is known where, how long a file may be. Each rule is also
//! fed an offence, so that none can pass by seeing nothing.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

#[path = "architecture/source.rs"]
mod source;

use source::{Named, Source, module_of};

/// What a part of the house may use of the rest. The most precise part wins: a file of `http::views` is judged by that
/// row and not by `http`'s. A part may always use itself.
struct Part {
    name: &'static str,
    /// Paths from the root of the house, each with all that is below it. `*`: everything.
    may_use: &'static [&'static str],
    why: &'static str,
}

/// A room decides for its capability and knows no other: `workflow` puts them together.
const fn room(name: &'static str, may_use: &'static [&'static str]) -> Part {
    Part { name, may_use, why: "a room knows what is below it; never another room, the corridor, the jobs or a page" }
}

const PLAN: &[Part] = &[
    // ── foundations
    Part { name: "domain", may_use: &[], why: "facts in, facts out: it knows nothing of the house" },
    Part { name: "assets", may_use: &[], why: "bytes built into the program" },
    Part { name: "clock", may_use: &["domain::paris"], why: "today is a day in Paris" },
    Part {
        name: "config",
        may_use: &[
            "SANDBOX_WEBHOOK_SECRET",
            "SANDBOX_HUBEE_SECRET",
            "SANDBOX_DATAPASS_SECRET",
            "SANDBOX_S3_SECRET",
            "domain::working_days",
            "domain::hubee_rules",
        ],
        why: "production refuses the secrets that everybody knows; the calendar of the promise and HubEE's rules are settings",
    },
    Part { name: "paths", may_use: &["config"], why: "some addresses are DataPass's, whose root is a setting" },
    Part { name: "turns", may_use: &[], why: "knows nothing of the work that is done for all" },
    Part { name: "store", may_use: &["domain"], why: "keeps the domain's types, decides nothing" },
    Part { name: "jobs", may_use: &["store", "clock"], why: "an engine: what a job means is the caller's" },
    Part {
        name: "clients",
        may_use: &["domain", "config", "clock"],
        why: "what an outside system answers, in our words",
    },
    // ── rooms
    room("accounts", &["store", "clock"]),
    room("instruction", &["domain", "store", "turns"]),
    room("intake", &["domain", "store", "clients", "clock", "config"]),
    room("messages", &["domain", "store", "clock"]),
    room("notifications", &["domain", "store", "clock"]),
    Part { name: "notifications::transport", may_use: &["notifications"], why: "alone in knowing how mails leave" },
    room("provisioning", &["domain", "store", "clients", "clock", "config"]),
    room("publication", &["domain", "store", "turns"]),
    room("registers", &["domain", "store", "clock"]),
    room("reminders", &["domain", "store", "clock"]),
    room("tracking", &["domain", "store"]),
    Part {
        name: "workflow",
        may_use: &[
            "accounts",
            "instruction",
            "intake",
            "messages",
            "notifications",
            "provisioning",
            "publication",
            "reminders",
            "domain",
            "store",
            "jobs",
            "clients",
            "clock",
            "config",
            "paths",
        ],
        why: "the corridor: asks the rooms, writes the change; knows no page",
    },
    // ── façade
    Part {
        name: "http",
        may_use: &[
            "workflow",
            "accounts",
            "instruction",
            "intake",
            "messages",
            "provisioning",
            "publication",
            "reminders",
            "tracking",
            "domain",
            "store",
            "clock",
            "config",
            "assets",
            "paths",
        ],
        why: "shows what the rooms say and hands changes to the corridor: no outside system, no job of its own",
    },
    Part {
        name: "http::views",
        may_use: &[
            "http::paths",
            "workflow::Preview",
            "instruction",
            "messages",
            "provisioning",
            "publication",
            "reminders",
            "tracking",
            "domain",
            "store",
        ],
        why: "data in, markup out: neither the corridor nor a handler",
    },
    Part {
        name: "sandbox",
        may_use: &[
            "assets",
            "clock",
            "domain::paris",
            "paths",
            "SANDBOX_WEBHOOK_SECRET",
            "SANDBOX_HUBEE_SECRET",
            "SANDBOX_DATAPASS_SECRET",
            "SANDBOX_S3_SECRET",
        ],
        why: "a simulator that shares the service's types can't catch the service's mistakes",
    },
    Part { name: "cli", may_use: &["*"], why: "it wires" },
    Part { name: "main", may_use: &["cli"], why: "starts the command line" },
];

/// Something that only some parts may name.
struct Fence {
    /// A crate, or a path of one; `a::b` also fences a path that ends so, however it was imported.
    what: &'static [&'static str],
    /// Modules, each with all that is below it.
    only_in: &'static [&'static str],
    why: &'static str,
}

const FENCES: &[Fence] = &[
    Fence { what: &["sqlx"], only_in: &["store"], why: "all SQL is in one place" },
    Fence { what: &["axum"], only_in: &["http", "sandbox"], why: "rooms don't know the web" },
    Fence {
        what: &["maud::html", "maud::*", "maud::PreEscaped", "maud::DOCTYPE", "html!"],
        only_in: &["http::views", "sandbox"],
        why: "markup is written in views",
    },
    Fence { what: &["maud"], only_in: &["http", "sandbox"], why: "handlers hand markup on, rooms never see it" },
    Fence { what: &["reqwest"], only_in: &["clients"], why: "each outside system has its client" },
    Fence { what: &["lettre"], only_in: &["notifications::transport"], why: "one way out for mails" },
    Fence {
        what: &["tower_sessions"],
        only_in: &["http::session", "http::back_office::login"],
        why: "cookies are the session's; only the login opens and closes one",
    },
    Fence {
        what: &["Utc::now", "Local::now", "SystemTime::now"],
        only_in: &["clock"],
        why: "a test must be able to move the time",
    },
    Fence {
        what: &["std::env", "env::var", "env::vars"],
        only_in: &["config"],
        why: "settings are read and checked once",
    },
];

/// Longest file, in lines.
const LONGEST: usize = 400;

/// Words of unfinished work, spelt so that this file does not hold them.
const UNFINISHED: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!"), concat!("unimplemented", "!")];

fn is_below(path: &[String], top: &str) -> bool {
    let top: Vec<&str> = top.split("::").collect();
    path.len() >= top.len() && path.iter().zip(&top).all(|(a, b)| a == b)
}

/// The most precise part that holds a module.
fn part_of(module: &[String]) -> Option<&'static Part> {
    PLAN.iter().filter(|part| is_below(module, part.name)).max_by_key(|part| part.name.len())
}

fn directions(source: &Source) -> Vec<String> {
    let module = module_of(&source.file);
    let Some(part) = part_of(&module) else {
        let root = module.is_empty();
        return if root { Vec::new() } else { vec![format!("{}: in no part of the plan: add a row", source.file)] };
    };
    let wrong = |named: &Named| {
        let target = named.inside()?;
        let itself = is_below(target, part.name) && part_of(target).is_some_and(|of| of.name == part.name);
        let below = part_of(target).is_some_and(|of| of.name.starts_with(&format!("{}::", part.name)));
        let allowed = part.may_use.iter().any(|may| *may == "*" || is_below(target, may));
        (!itself && !below && !allowed).then(|| {
            let (file, line, name) = (&source.file, named.line, part.name);
            let edge = format!("{file}:{line}: {name} → {}", named.text());
            format!("{edge}: {name} may use only [{}] ({})", part.may_use.join(", "), part.why)
        })
    };
    source.named.iter().filter_map(wrong).collect()
}

fn is_fenced(named: &Named, what: &str) -> bool {
    let words: Vec<&str> = what.split("::").collect();
    let path: Vec<&str> = named.path.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    path.starts_with(&words) || (words.len() > 1 && path.ends_with(&words))
}

fn fences(source: &Source) -> Vec<String> {
    let module = module_of(&source.file);
    let mut findings = Vec::new();
    for fence in FENCES.iter().filter(|fence| !fence.only_in.iter().any(|place| is_below(&module, place))) {
        for named in source.named.iter().filter(|named| fence.what.iter().any(|what| is_fenced(named, what))) {
            let (file, line, text, places) = (&source.file, named.line, named.text(), fence.only_in.join(", "));
            findings.push(format!("{file}:{line}: {text} is known only in {places} ({})", fence.why));
        }
    }
    findings
}

fn shape(source: &Source) -> Vec<String> {
    let (file, text) = (&source.file, &source.text);
    let mut findings = Vec::new();
    let header = text.lines().next().and_then(|line| line.strip_prefix("//!")).unwrap_or_default();
    if header.trim().len() < 2 {
        findings.push(format!("{file}:1: a file opens with `//!`: what it is for, what it must not know"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        findings.push(format!("{file}:{lines}: {lines} lines, and {LONGEST} at most: split by noun"));
    }
    for (number, line) in text.lines().enumerate() {
        for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
            findings.push(format!("{file}:{}: `{word}`: finish it or leave it out", number + 1));
        }
    }
    findings
}

/// Runs a rule over many files.
fn none<'a>(rule: fn(&Source) -> Vec<String>, sources: impl IntoIterator<Item = &'a Source>) {
    let mut seen = 0;
    let findings: Vec<String> = sources.into_iter().inspect(|_| seen += 1).flat_map(rule).collect();
    assert!(findings.is_empty(), "{} finding(s):\n{}", findings.len(), findings.join("\n"));
    assert!(seen > 100, "only {seen} files seen: is `src` elsewhere?");
}

#[test]
fn modules_use_what_the_plan_allows() {
    none(directions, source::built());
}

#[test]
fn crates_stay_behind_their_fences() {
    none(fences, source::built());
}

#[test]
fn files_are_headed_short_and_finished() {
    none(shape, source::every());
}

#[test]
fn every_module_has_its_row_and_every_row_its_module() {
    let root = source::every().iter().find(|source| source.file == "src/lib.rs").expect("a floor plan");
    let mut declared = source::declared(root);
    declared.push("main".into());
    let mut rows: Vec<&str> = PLAN.iter().map(|part| part.name).filter(|name| !name.contains("::")).collect();
    declared.sort();
    rows.sort_unstable();
    assert_eq!(declared, rows);
}

/// A permission nobody needs is a hole for later.
#[test]
fn every_permission_is_used() {
    let sources = source::built();
    let mut unused = Vec::new();
    for part in PLAN.iter().filter(|part| part.may_use != ["*"]) {
        let of_part = sources.iter().filter(|s| part_of(&module_of(&s.file)).is_some_and(|of| of.name == part.name));
        let used: Vec<&Named> = of_part.flat_map(|source| &source.named).collect();
        let needs = |may: &str| used.iter().any(|named| named.inside().is_some_and(|target| is_below(target, may)));
        unused.extend(part.may_use.iter().filter(|may| !needs(may)).map(|may| format!("{} → {may}", part.name)));
    }
    assert!(unused.is_empty(), "take out of the plan what nobody uses:\n{}", unused.join("\n"));
}

// ── each rule fails when it must

fn found(rule: fn(&Source) -> Vec<String>, file: &str, text: &str) -> Vec<String> {
    rule(&Source::new(file, text))
}

/// The rule says exactly one thing about this text.
fn offence(rule: fn(&Source) -> Vec<String>, file: &str, text: &str) -> String {
    let findings = found(rule, file, text);
    assert_eq!(findings.len(), 1, "{file} « {text} »: {findings:?}");
    findings.concat()
}

#[test]
fn a_wrong_direction_is_found() {
    for (file, text) in [
        ("src/store/x.rs", "use crate::http::paths;"),
        ("src/store/x.rs", "use super::super::jobs::Failure;"),
        ("src/store/x.rs", "fn f() -> crate::clock::Clock { g() }"),
        ("src/domain/x.rs", "use crate::store::Db;"),
        ("src/domain/x.rs", "use crate::*;"),
        ("src/clock.rs", "use crate::domain::Habilitation;"),
        ("src/intake/x/y.rs", "use crate::{domain::Action, provisioning::Step};"),
        ("src/intake/mod.rs", "mod inner { use super::super::workflow::House; }"),
        ("src/tracking/x.rs", "use crate::workflow::House;"),
        ("src/tracking/x.rs", "use crate::jobs::Failure;"),
        ("src/clients/x.rs", "fn f() { tracing::info!(\"{}\", crate::store::x()); }"),
        ("src/jobs/x.rs", "use crate::domain::State;"),
        ("src/workflow/x.rs", "use crate::http::Shared;"),
        ("src/http/x.rs", "use crate::clients::hubee::Client;"),
        ("src/http/x.rs", "use crate::jobs::Failure;"),
        ("src/http/views/x.rs", "use crate::workflow::House;"),
        ("src/http/views/x.rs", "use crate::http::Shared;"),
        ("src/http/views/x.rs", "use super::super::session::LoggedIn;"),
        ("src/notifications/transport/x.rs", "use crate::store::mails;"),
        ("src/sandbox/x.rs", "use crate::clients::hubee::wire;"),
        ("src/sandbox/x.rs", "use crate::domain::hubee_rules;"),
        ("src/sandbox/hubee/x.rs", "use crate::store::Db;"),
        ("src/cellar/x.rs", "use std::fmt;"),
    ] {
        offence(directions, file, text);
    }
    let said = offence(directions, "src/store/x.rs", "use std::fmt;\nuse crate::http::paths;");
    assert!(said.starts_with("src/store/x.rs:2: store → crate::http::paths: store may use only [domain]"), "{said}");
}

#[test]
fn a_right_direction_is_let_through() {
    for (file, text) in [
        ("src/store/x.rs", "use crate::domain::State; use super::Db; use crate::store::jobs;"),
        ("src/http/x.rs", "use crate::http::views::queue; use crate::workflow;"),
        ("src/http/views/x.rs", "use super::layout::page; use crate::http::paths;"),
        ("src/cli/x.rs", "use crate::sandbox::Sandbox; use crate::clients::hubee;"),
        ("src/store/x.rs", "#[cfg(test)] mod tests { use crate::clock::Clock; }"),
    ] {
        assert_eq!(found(directions, file, text), Vec::<String>::new());
    }
}

#[test]
fn a_crate_over_its_fence_is_found() {
    for (file, text) in [
        ("src/workflow/x.rs", "use sqlx::Row;"),
        ("src/workflow/x.rs", "#[derive(sqlx::FromRow)] struct R;"),
        ("src/http/x.rs", "fn f() { let _ = sqlx::query(\"\"); }"),
        ("src/tracking/x.rs", "use axum::Router;"),
        ("src/cli/logs.rs", "fn f(r: axum::Router) {}"),
        ("src/http/x.rs", "use maud::{Markup, html};"),
        ("src/http/x.rs", "use maud::*;"),
        ("src/http/x.rs", "fn f() -> Markup { html! { p { \"a\" } } }"),
        ("src/publication/x.rs", "use maud::Markup;"),
        ("src/provisioning/x.rs", "use reqwest::Client;"),
        ("src/notifications/x.rs", "use lettre::Message;"),
        ("src/accounts/x.rs", "use tower_sessions::Session;"),
        ("src/http/public/x.rs", "use tower_sessions::Session;"),
        ("src/jobs/x.rs", "fn f() { let _ = Utc::now(); }"),
        ("src/jobs/x.rs", "fn f() { let _ = chrono::Utc::now(); }"),
        ("src/sandbox/x.rs", "fn f() { let _ = std::time::SystemTime::now(); }"),
        ("src/cli/x.rs", "fn f() { let _ = std::env::var(\"X\"); }"),
        ("src/cli/x.rs", "use std::env;"),
        ("src/cli/x.rs", "fn f() { let _ = env::var(\"X\"); }"),
    ] {
        let said = offence(fences, file, text);
        assert!(said.starts_with(&format!("{file}:1: ")) && said.contains("known only in"), "{said}");
    }
    assert_eq!(found(fences, "src/http/x.rs", "use maud::Markup;"), Vec::<String>::new());
    assert_eq!(found(fences, "src/store/x.rs", "use sqlx::Row;"), Vec::<String>::new());
}

#[test]
fn a_file_without_header_too_long_or_unfinished_is_found() {
    let [word, _, call, _] = UNFINISHED;
    offence(shape, "src/x.rs", "// A plain comment.\nuse std::fmt;");
    offence(shape, "src/x.rs", "//! \nuse std::fmt;");
    offence(shape, "src/x.rs", &format!("//! Long.{}", "\n".repeat(LONGEST + 1)));
    let said = offence(shape, "src/x.rs", &format!("//! Not done.\n// {word}: later"));
    assert!(said.starts_with("src/x.rs:2: "), "{said}");
    offence(shape, "src/x.rs", &format!("//! Not done.\nfn f() {{ {call}() }}"));
    assert_eq!(found(shape, "src/x.rs", &format!("//! Fine.{}", "\n".repeat(LONGEST))), Vec::<String>::new());
}
