//! Reads Rust sources as paths: what each file of `src` names, where it stands in the tree of modules, and on which
//! line. Test-only code is left out. Knows none of the rules.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// One file of the house.
pub struct Source {
    /// Relative to the package, such as `src/store/jobs.rs`.
    pub file: String,
    pub text: String,
    /// The paths it names, test-only code left out.
    pub named: Vec<Named>,
    /// Modules it declares for tests only, whose file is elsewhere.
    for_tests: Vec<Vec<String>>,
}

impl Source {
    pub fn new(file: &str, text: &str) -> Self {
        let tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut scan = Scan { module: module_of(file), named: Vec::new(), for_tests: Vec::new() };
        scan.visit_file(&tree);
        Self { file: file.to_owned(), text: text.to_owned(), named: scan.named, for_tests: scan.for_tests }
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a readable file");
        Self::new(path.to_str().expect("an UTF-8 name"), &text)
    }
}

/// A path written somewhere: `crate::store::Db` is `["crate", "store", "Db"]`, `super` and `self` being resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    pub path: Vec<String>,
}

impl Named {
    /// As written in a failure.
    pub fn text(&self) -> String {
        self.path.join("::")
    }

    /// Below `crate`: the path from the root of the house; `None` when it is somebody else's.
    pub fn inside(&self) -> Option<&[String]> {
        match self.path.split_first() {
            Some((first, rest)) if first == "crate" => Some(rest),
            _ => None,
        }
    }
}

/// Every file below `src`, read once.
pub fn every() -> &'static [Source] {
    static EVERY: LazyLock<Vec<Source>> =
        LazyLock::new(|| files(Path::new("src")).iter().map(|p| Source::read(p)).collect());
    &EVERY
}

/// Those that the program is made of: files of test-only modules left out.
pub fn built() -> Vec<&'static Source> {
    let for_tests: Vec<&Vec<String>> = every().iter().flat_map(|source| &source.for_tests).collect();
    let is_built = |source: &&Source| !for_tests.iter().any(|module| module_of(&source.file).starts_with(module));
    every().iter().filter(is_built).collect()
}

/// Every `.rs` file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `src/http/views/queue.rs` and `src/http/views/queue/mod.rs` are `["http", "views", "queue"]`.
pub fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    match path {
        "lib" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The modules that a file declares, as in `pub mod x;`.
pub fn declared(source: &Source) -> Vec<String> {
    let file = syn::parse_file(&source.text).expect("the compiler reads it too");
    file.items
        .iter()
        .filter_map(|item| if let syn::Item::Mod(m) = item { Some(m.ident.to_string()) } else { None })
        .collect()
}

struct Scan {
    /// Where we are.
    module: Vec<String>,
    named: Vec<Named>,
    for_tests: Vec<Vec<String>>,
}

impl Scan {
    fn note(&mut self, line: usize, path: &[String]) {
        let mut path = path.to_vec();
        if self.module.first().is_some_and(|first| first == "main") && path.first().is_some_and(|f| f == "habilis") {
            path[0] = "crate".into();
        }
        if path.first().is_some_and(|first| first == "self" || first == "super") {
            path = self.resolved(&path);
        }
        self.named.push(Named { line, path });
    }

    fn resolved(&self, path: &[String]) -> Vec<String> {
        let ups = path.iter().take_while(|word| *word == "super").count();
        let kept = self.module.len().checked_sub(ups).expect("no super above the root");
        let rest = path.iter().skip_while(|word| *word == "self" || *word == "super");
        std::iter::once("crate".to_owned()).chain(self.module[..kept].iter().cloned()).chain(rest.cloned()).collect()
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |word: String| before.iter().cloned().chain([word]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(path.ident.to_string()), &path.tree),
            syn::UseTree::Name(name) if name.ident == "self" => self.note(name.span().start().line, before),
            syn::UseTree::Name(name) => self.note(name.span().start().line, &with(name.ident.to_string())),
            syn::UseTree::Rename(name) if name.ident == "self" => self.note(name.span().start().line, before),
            syn::UseTree::Rename(name) => self.note(name.span().start().line, &with(name.ident.to_string())),
            syn::UseTree::Glob(glob) => self.note(glob.span().start().line, &with("*".into())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    /// What a macro is given is words: every `a::b` in it counts.
    fn words(&mut self, tokens: &TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens.clone() {
            match &token {
                TokenTree::Ident(word) => {
                    if colons != 2 {
                        self.flush(line, &mut path);
                    }
                    if path.is_empty() {
                        line = word.span().start().line;
                    }
                    path.push(word.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    // `a::{b, c}`: seen as `a`, which is enough for a fence.
                    self.flush(line, &mut path);
                    colons = 0;
                    if group.delimiter() != Delimiter::None || !group.stream().is_empty() {
                        self.words(&group.stream());
                    }
                }
                _ => {
                    self.flush(line, &mut path);
                    colons = 0;
                }
            }
        }
        self.flush(line, &mut path);
    }

    fn flush(&mut self, line: usize, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.note(line, path);
        }
        path.clear();
    }
}

fn only_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !only_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        } else if let syn::Item::Mod(module) = item {
            let name = module.ident.to_string();
            self.for_tests.push(self.module.iter().cloned().chain([name]).collect());
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !only_for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.note(item.span().start().line, &[item.ident.to_string()]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if words.len() > 1 {
            self.note(path.span().start().line, &words);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        let name = call.path.segments.last().expect("a name").ident.to_string();
        self.named.push(Named { line: call.span().start().line, path: vec![format!("{name}!")] });
        self.words(&call.tokens);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        visit::visit_meta_list(self, list);
        self.words(&list.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(file: &str, text: &str) -> Vec<(usize, String)> {
        Source::new(file, text).named.into_iter().map(|named| (named.line, named.text())).collect()
    }

    fn one(line: usize, path: &str) -> (usize, String) {
        (line, path.to_owned())
    }

    #[test]
    fn trees_of_use_are_flattened() {
        let text = "use crate::{\n    clock::Clock,\n    store::{self, Db as Base, jobs::*},\n};";
        let expected = [
            one(2, "crate::clock::Clock"),
            one(3, "crate::store"),
            one(3, "crate::store::Db"),
            one(3, "crate::store::jobs::*"),
        ];
        assert_eq!(paths("src/x.rs", text), expected);
    }

    #[test]
    fn relative_paths_are_resolved_where_they_are_written() {
        assert_eq!(paths("src/a/b.rs", "use super::c;"), [one(1, "crate::a::c")]);
        assert_eq!(paths("src/a/mod.rs", "use super::c;"), [one(1, "crate::c")]);
        assert_eq!(paths("src/a/b.rs", "mod d { use super::super::super::c::E; }"), [one(1, "crate::c::E")]);
        assert_eq!(paths("src/a/b.rs", "use self::c::D;"), [one(1, "crate::a::b::c::D")]);
        assert_eq!(paths("src/main.rs", "fn main() { habilis::cli::main() }"), [one(1, "crate::cli::main")]);
    }

    #[test]
    fn paths_in_bodies_types_attributes_and_macros_count() {
        assert_eq!(
            paths("src/a.rs", "fn f(x: crate::b::C) {\n  crate::d::e(x)\n}"),
            [one(1, "crate::b::C"), one(2, "crate::d::e")]
        );
        assert_eq!(paths("src/a.rs", "#[derive(Clone, sqlx::FromRow)]\nstruct R;"), [one(1, "sqlx::FromRow")]);
        let inside = paths("src/a.rs", "fn f() { html! { p { (crate::b::c(1)) } } }");
        assert_eq!(inside, [one(1, "html!"), one(1, "crate::b::c")]);
        let defined = paths("src/a.rs", "macro_rules! on { ($c:expr) => { $crate::b::C::D($c) }; }");
        assert!(defined.contains(&one(1, "crate::b::C::D")), "{defined:?}");
    }

    #[test]
    fn test_code_is_left_out() {
        let text =
            "#[cfg(test)]\nmod tests { use crate::http; }\n#[cfg(test)]\nuse crate::cli;\n#[cfg(test)]\nmod samples;";
        let scanned = Source::new("src/a/b.rs", text);
        assert!(scanned.named.is_empty(), "{:?}", scanned.named);
        assert_eq!(scanned.for_tests.last().map(|module| module.join("::")), Some("a::b::samples".into()));
        let unix = paths("src/a.rs", "#[cfg(unix)]\nuse crate::http;");
        assert_eq!(unix.len(), 1, "other conditions are not left out: {unix:?}");
    }
}
