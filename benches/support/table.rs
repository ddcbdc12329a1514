//! The table that a run ends with: what was measured, what it may be at most, and whether it is.

/// Lines in the order they were measured.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    engine: &'static str,
    what: String,
    measured: String,
    limit: String,
    ok: Option<bool>,
}

/// How a figure is written.
#[allow(dead_code, reason = "each bench has figures of its own")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many times something else.
    Times,
    Milliseconds,
    Seconds,
    Megabytes,
    Kilobytes,
}

impl Unit {
    fn write(self, value: f64) -> String {
        match self {
            Self::Times if value < 0.1 => format!("1/{:.0}", 1.0 / value),
            Self::Times => format!("{value:.2} x"),
            Self::Milliseconds => format!("{value:.3} ms"),
            Self::Seconds => format!("{value:.2} s"),
            Self::Megabytes => format!("{value:.1} Mo"),
            Self::Kilobytes => format!("{value:.1} kio"),
        }
    }
}

impl Table {
    /// A figure that must not be above its limit.
    pub fn at_most(&mut self, engine: &'static str, what: impl Into<String>, unit: Unit, measured: f64, limit: f64) {
        self.add(engine, what.into(), unit.write(measured), unit.write(limit), Some(measured <= limit));
    }

    /// A figure to know, without a limit.
    pub fn note(&mut self, engine: &'static str, what: impl Into<String>, unit: Unit, measured: f64) {
        self.add(engine, what.into(), unit.write(measured), "—".into(), None);
    }

    fn add(&mut self, engine: &'static str, what: String, measured: String, limit: String, ok: Option<bool>) {
        let line = Line { engine, what, measured, limit, ok };
        say(&line.to_string());
        self.lines.push(line);
    }

    /// Prints everything again, together. Whether every limit is kept.
    pub fn print(&self) -> bool {
        say("");
        say(&format!("{:<10} {:<58} {:>11}  {:>11}  ", "Moteur", "Mesure", "Mesuré", "Limite"));
        self.lines.iter().for_each(|line| say(&line.to_string()));
        self.lines.iter().all(|line| line.ok != Some(false))
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ok = match self.ok {
            Some(true) => "ok",
            Some(false) => "DÉPASSÉE",
            None => "",
        };
        write!(f, "{:<10} {:<58} {:>11}  {:>11}  {ok}", self.engine, self.what, self.measured, self.limit)
    }
}

/// Tells whoever waits.
#[expect(clippy::print_stdout, reason = "a bench is a command: its table is what it is for")]
pub fn say(line: &str) {
    println!("{line}");
}
