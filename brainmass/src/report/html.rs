//! The page for people who would rather look.

use std::fmt::Write;

use super::figures::Picture;
use super::table::{Row, rows};
use crate::experiment::Outcome;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}\
th{white-space:nowrap;font-weight:600}figure{margin:1.5rem 0}figure svg{max-width:100%;height:auto}\
figcaption{color:#555;font-size:.9rem}pre{background:#f6f6f6;padding:1rem;overflow-x:auto;font-size:.85rem}";

/// One self-contained page: the table, the pictures, the experiment.
pub(super) fn page(outcome: &Outcome, pictures: &[Picture]) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>brainmass report</title><style>{STYLE}</style></head>\n<body>\n<h1>brainmass report</h1>\n"
    );
    table(&mut page, &rows(outcome));
    page += "<h2>Pictures</h2>\n";
    for picture in pictures {
        let (svg, caption) = (picture.figure.to_svg(), escape(&picture.caption));
        // Writing to a String cannot fail.
        let _ = writeln!(page, "<figure>{svg}<figcaption>{caption}</figcaption></figure>");
    }
    let experiment = escape(&outcome.experiment);
    let _ = writeln!(page, "<h2>Experiment</h2>\n<pre>{experiment}</pre>\n</body>\n</html>");
    page
}

fn table(page: &mut String, rows: &[Row]) {
    for group in rows.chunk_by(|a, b| a.group == b.group) {
        let _ = writeln!(page, "<h2>{}</h2>\n<table>", group[0].group);
        for row in group {
            let _ = writeln!(page, "<tr><th>{}</th><td>{}</td></tr>", escape(&row.name), escape(&row.text));
        }
        *page += "</table>\n";
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
