//! Which parameters a selection takes.

use rappel_autodiff::ModuleExt;
use rappel_optim::Select;

use crate::support::Net;

fn taken(select: &Select) -> Vec<String> {
    let net = Net::<f64>::new();
    let all = net.named_parameters().into_iter();
    all.filter(|(path, p)| select.takes(path, *p)).map(|(path, _)| path).collect()
}

#[test]
fn each_takes_its_own() {
    let biases = ["embed.bias", "blocks.0.bias", "blocks.1.bias", "head.bias"];
    let any = Select::Any(vec!["embed.*".into(), Select::regex("0.*b").unwrap()]);
    let cases: [(Select, &[&str]); 7] = [
        (Select::Vectors, &biases),
        ("*.bias".into(), &biases),
        (Select::regex(r"blocks\.\d+\.w").unwrap(), &["blocks.0.weight", "blocks.1.weight"]),
        (Select::regex("^bias$").unwrap(), &[]),
        (Select::Vectors.except("blocks.*"), &["embed.bias", "head.bias"]),
        (Select::Not(Box::new("*.weight".into())), &biases),
        (any, &["embed.weight", "embed.bias", "blocks.0.bias"]),
    ];
    for (select, expected) in cases {
        assert_eq!(taken(&select), expected, "{select}");
    }
    assert_eq!(taken(&Select::All).len(), 8);
    let by_shape = Select::when(|path, p| path.starts_with("head") && p.shape() == [2]);
    assert_eq!((taken(&by_shape), by_shape.to_string()), (vec!["head.bias".to_owned()], "<function>".into()));
    let net = Net::<f64>::new();
    let ids = Select::Ids(vec![net.head.bias.id(), net.embed.bias.id()]);
    let found: Vec<_> = net.named_parameters().into_iter().filter(|(path, p)| ids.takes(path, *p)).collect();
    assert_eq!((found.len(), ids.to_string()), (2, "<2 ids>".into()));
}
