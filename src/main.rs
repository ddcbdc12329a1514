//! The `habilis` command.

fn main() -> std::process::ExitCode {
    habilis::cli::main()
}
