//! The operators' page of the documentation names every state, class and code that the program knows, and no other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use habilis::provisioning::drift::Kind;
use habilis::provisioning::{ErrorClass, Status, Step, suspension};
use habilis::workflow::JobKind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn handbook() -> String {
    std::fs::read_to_string(root().join("docs/exploitation.md")).unwrap()
}

/// Words of capitals, as codes are: `PF-MAIL-RE`, `ID-INCONNU`.
fn is_code(word: &str) -> bool {
    word.len() > 4
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// The codes that hold, and those of what is set right: what a `Hold` is made with, and what begins by `PF-`.
fn in_the_source() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("src/provisioning")).unwrap() {
        let path = entry.unwrap().path();
        // What is below ends or compares, and holds nothing: its states and kinds are looked at by themselves.
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        for (rank, literal) in text.split('"').enumerate() {
            let word = literal.split(' ').next().unwrap_or_default();
            // Values of HubEE, not codes of ours.
            if rank % 2 == 1 && is_code(word) && !["PORTAIL", "DATAPASS"].contains(&word) {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

/// The codes that have their line in a table: « | `PF-CP` | ».
fn in_the_handbook() -> BTreeSet<String> {
    let text = handbook();
    let lines = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    lines.filter(|word| is_code(word)).map(str::to_owned).collect()
}

#[test]
fn each_code_has_its_line_and_none_is_made_up() {
    let source = in_the_source();
    assert!(source.len() > 15 && source.contains("ID-INCONNU") && source.contains("PF-MAIL-CASE"), "{source:?}");
    assert_eq!(in_the_handbook(), source);
}

#[test]
fn each_state_class_step_and_kind_of_job_is_explained() {
    let text = handbook();
    let labels = Status::ALL.iter().map(|one| one.label()).chain(ErrorClass::ALL.iter().map(|one| one.label()));
    let labels =
        labels.chain(Step::ALL.iter().map(|one| one.label())).chain(JobKind::ALL.iter().map(|one| one.label()));
    for label in labels {
        assert!(text.contains(&format!("| {label} |")), "« {label} » has no line");
    }
}

/// What is below a title of the page, up to the next one.
fn section(title: &str) -> String {
    let text = handbook();
    let (_, after) = text.split_once(&format!("\n## {title}\n")).unwrap();
    after.split("\n## ").next().unwrap_or_default().to_owned()
}

/// The first cells of the lines of a section, its header aside.
fn first_cells(title: &str) -> BTreeSet<String> {
    let text = section(title);
    let cells = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    cells.skip(1).map(str::to_owned).collect()
}

#[test]
fn each_end_of_an_abonnement_and_each_difference_has_its_line_and_none_is_made_up() {
    let labels: BTreeSet<String> = suspension::Status::ALL.iter().map(|one| one.label().to_owned()).collect();
    assert_eq!(first_cells("Fins d’abonnement"), labels);
    let labels: BTreeSet<String> = Kind::ALL.iter().map(|one| one.label().to_owned()).collect();
    assert_eq!(first_cells("Écarts"), labels);
    let text = section("Écarts");
    for fix in Kind::ALL.iter().filter_map(|kind| kind.fix()) {
        assert!(text.contains(&format!("« {fix} »")), "« {fix} » is not told");
    }
}

#[test]
fn it_is_found_from_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("docs/exploitation.md"));
}
