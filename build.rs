//! Tells cargo which folders end up inside the binary: the macros that embed them do not notice a file that is added.

use std::path::Path;

const EMBEDDED: [&str; 3] = ["static", "migrations", "seeds"];

fn main() {
    for folder in EMBEDDED.into_iter().filter(|folder| Path::new(folder).is_dir()) {
        println!("cargo::rerun-if-changed={folder}");
    }
    if !Path::new("static/dsfr").is_dir() {
        println!("cargo::warning=static/dsfr is missing, pages will have no style: run `make static`");
    }
    if !Path::new("seeds/officiel").is_dir() {
        println!("cargo::warning=seeds/officiel is missing, the demonstration knows no commune: run `make static`");
    }
}
