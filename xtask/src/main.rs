//! Chores of the workspace, run as `cargo xtask COMMAND`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

mod bench;
mod catalogue;
mod ci;
mod response;
mod tidy;
mod validate;

use std::path::Path;
use std::process::ExitCode;

/// Whatever went wrong, in words.
type Error = Box<dyn std::error::Error>;
type Result<T> = std::result::Result<T, Error>;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  validate           compares the crates with closed forms, papers and reference vectors
                     and writes the table to target/validation/validation.md
  validate NAME…     shows these rows alone; the beginning of a name will do, such as `balloon`
  validate --list    lists the rows
  validate --figures draws the figures of the report
  catalogue          writes docs/models.md and a picture of each model
  catalogue --check  says whether they are as they would be written
  response           writes the polynomials of `brainmass_nodes::response` from its solver
  response --check   says whether they are what it would write
  bench              times the engine and writes what `bench --help` says
  tidy               checks the house rules
  ci                 everything the server checks: format, lints, tests, docs, tidy, validate";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["validate", names @ ..] => validate::command(names),
        ["bench", words @ ..] => bench::command(words),
        ["catalogue", words @ ..] => catalogue::command(words),
        ["response", words @ ..] => response::command(words),
        ["tidy"] => tidy::command(),
        ["ci"] => ci::command(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        other => Err(format!("`{}` is no command\n\n{USAGE}", other.join(" ")).into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The root of the workspace.
fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}
