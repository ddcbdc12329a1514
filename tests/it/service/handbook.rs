//! The operators' page of the documentation names every state, class and code that the program knows, and no other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use habilis::provisioning::{ErrorClass, Status, Step};
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
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
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

#[test]
fn it_is_found_from_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("docs/exploitation.md"));
}
