//! The tree: which places a visitor sees, under which paths, in which order.

mod derive;
mod glob;
mod listing;
mod snapshot;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use proptest::prelude::*;
use rappel_autodiff::module::Path;
use rappel_autodiff::{Buffer, Module, ModuleExt, Param, Tensor, Visitor, VisitorMut};

fn param() -> Param {
    Param::new(Tensor::zeros(&[2]))
}

/// The paths of parameters, then of buffers. They are the same for reading and for writing.
fn places(module: &mut dyn Module) -> (Vec<String>, Vec<String>) {
    let (mut params, mut buffers) = (Vec::new(), Vec::new());
    module.for_each_param(|path, param| params.push((path.to_owned(), param.id())));
    module.for_each_buffer(|path, buffer| buffers.push((path.to_owned(), buffer.id())));
    let (mut params_mut, mut buffers_mut) = (Vec::new(), Vec::new());
    module.for_each_param_mut(|path, param| params_mut.push((path.to_owned(), param.id())));
    module.for_each_buffer_mut(|path, buffer| buffers_mut.push((path.to_owned(), buffer.id())));
    assert_eq!((&params, &buffers), (&params_mut, &buffers_mut));
    let paths = |places: Vec<_>| places.into_iter().map(|(path, _)| path).collect();
    (paths(params), paths(buffers))
}

#[test]
fn containers_name_their_parts() {
    let some = || Some(param());
    let buffer = || Buffer::<f64>::new(Tensor::zeros(&[]));
    let map = BTreeMap::from([("b".to_owned(), param()), ("a b".to_owned(), param())]);
    let (mut first, mut second) = (param(), vec![param()]);
    let cases: [(&mut dyn Module, &[&str], &[&str]); 18] = [
        (&mut param(), &[""], &[]),
        (&mut buffer(), &[], &[""]),
        (&mut Buffer::integers(Tensor::scalar(1)), &[], &[""]),
        (&mut (), &[], &[]),
        (&mut PhantomData::<str>, &[], &[]),
        (&mut Vec::<Param>::new(), &[], &[]),
        (&mut vec![param(), param()], &["0", "1"], &[]),
        (&mut [param(), param()], &["0", "1"], &[]),
        (&mut vec![some(), None, some()], &["0", "2"], &[]),
        (&mut None::<Param>, &[], &[]),
        (&mut some(), &[""], &[]),
        (&mut Box::new(param()), &[""], &[]),
        (&mut (Box::new(param()) as Box<dyn Module>, buffer()), &["0"], &["1"]),
        (&mut vec![param()].into_boxed_slice(), &["0"], &[]),
        (&mut (param(),), &["0"], &[]),
        (&mut (some(), (buffer(), [param()])), &["0", "1.1.0"], &["1.0"]),
        (&mut { map }, &["a b", "b"], &[]),
        (&mut (&mut first, &mut second), &["0", "1.0"], &[]),
    ];
    for (i, (module, params, buffers)) in cases.into_iter().enumerate() {
        let (p, b) = places(module);
        assert_eq!(
            (p, b),
            (params.iter().map(|s| s.to_string()).collect(), buffers.iter().map(|s| s.to_string()).collect()),
            "case {i}"
        );
    }
}

#[test]
fn long_lists_and_tuples_are_numbered_in_order() {
    let mut list: Vec<Param> = (0..1001).map(|_| param()).collect();
    let numbers: Vec<String> = (0..1001).map(|i| i.to_string()).collect();
    assert_eq!(places(&mut list).0, numbers);
    let p = param;
    let mut twelve = (p(), p(), p(), p(), p(), p(), p(), p(), p(), p(), p(), p());
    assert_eq!(places(&mut twelve).0, numbers[..12]);
}

#[test]
fn a_tied_parameter_is_listed_and_counted_once_and_visited_at_each_place() {
    let embedding = param();
    let mut net = (embedding.tie(), param(), vec![embedding]);
    let listed: Vec<String> = net.named_parameters().into_iter().map(|(path, _)| path).collect();
    assert_eq!(listed, ["0", "1"]);
    assert_eq!(net.count_parameters(), 4);
    assert_eq!(places(&mut net).0, ["0", "1", "2.0"]);
}

#[test]
fn parameters_and_buffers_are_written_through_the_erased_reference() {
    let mut net = (param(), Param::<f64>::new(Tensor::zeros(&[1])), Buffer::integers(Tensor::scalar(0)));
    net.for_each_param_mut(|_, param| {
        use rappel_autodiff::Leaf;
        if let Some(param) = f64::open_mut(param) {
            param.value.data_mut()[0] = 7.0;
        }
    });
    net.for_each_buffer_mut(|_, buffer| {
        let buffer = buffer.open::<i64>().expect("the only buffer holds i64");
        buffer.value.data_mut()[0] += 3;
    });
    assert_eq!(net.0.value.data(), [0.0; 2]);
    assert_eq!(net.1.value.data(), [7.0]);
    assert_eq!(net.named_buffers()[0].1.open::<i64>().unwrap().value.item(), 3);
    assert!(net.named_buffers()[0].1.open::<f32>().is_none());

    net.set_trainable(false);
    assert!(net.named_parameters().iter().all(|(_, param)| !param.trainable()));
}

#[test]
#[should_panic(expected = r#"must not be empty or contain a dot, and "a.b" below "1""#)]
fn a_name_with_a_dot_is_refused() {
    ((), BTreeMap::from([("a.b".to_owned(), param())])).named_parameters();
}

#[test]
#[should_panic(expected = "must not be empty")]
fn an_empty_name_is_refused() {
    Path::default().enter("");
}

#[test]
#[should_panic(expected = "must pair them")]
fn leaving_the_root_is_refused() {
    Path::default().leave();
}

#[test]
fn modules_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Param<f64>>();
    shared::<Buffer<i64>>();
    shared::<Vec<Option<Box<Param>>>>();
}

/// A tree of every kind of container, drawn at random.
#[derive(Debug)]
enum Tree {
    Param(Param),
    Buffer(Buffer),
    List(Vec<Tree>),
    Maybe(Option<Box<Tree>>),
    Pair(Box<(Tree, Tree)>),
    Map(BTreeMap<String, Tree>),
}

impl Module for Tree {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        match self {
            Tree::Param(x) => x.visit(visitor),
            Tree::Buffer(x) => x.visit(visitor),
            Tree::List(x) => x.visit(visitor),
            Tree::Maybe(x) => x.visit(visitor),
            Tree::Pair(x) => x.visit(visitor),
            Tree::Map(x) => x.visit(visitor),
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        match self {
            Tree::Param(x) => x.visit_mut(visitor),
            Tree::Buffer(x) => x.visit_mut(visitor),
            Tree::List(x) => x.visit_mut(visitor),
            Tree::Maybe(x) => x.visit_mut(visitor),
            Tree::Pair(x) => x.visit_mut(visitor),
            Tree::Map(x) => x.visit_mut(visitor),
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(()).prop_map(|()| Tree::Param(param())),
        Just(()).prop_map(|()| Tree::Buffer(Buffer::new(Tensor::zeros(&[])))),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            prop::option::of(inner.clone()).prop_map(|x| Tree::Maybe(x.map(Box::new))),
            (inner.clone(), inner.clone()).prop_map(|x| Tree::Pair(Box::new(x))),
            prop::collection::btree_map("[a-z_]{1,3}", inner, 0..4).prop_map(Tree::Map),
        ]
    })
}

/// The paths by plain recursion: full paths are passed down instead of kept in the visitor.
fn expected(tree: &Tree, path: &str, params: &mut Vec<String>, buffers: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match tree {
        Tree::Param(_) => params.push(path.to_owned()),
        Tree::Buffer(_) => buffers.push(path.to_owned()),
        Tree::List(list) => {
            for (i, x) in list.iter().enumerate() {
                expected(x, &below(&i.to_string()), params, buffers);
            }
        }
        Tree::Maybe(x) => {
            if let Some(x) = x {
                expected(x, path, params, buffers);
            }
        }
        Tree::Pair(x) => {
            expected(&x.0, &below("0"), params, buffers);
            expected(&x.1, &below("1"), params, buffers);
        }
        Tree::Map(map) => {
            for (name, x) in map {
                expected(x, &below(name), params, buffers);
            }
        }
    }
}

proptest! {
    #[test]
    fn paths_are_those_of_plain_recursion(mut tree in trees()) {
        let (mut params, mut buffers) = (Vec::new(), Vec::new());
        expected(&tree, "", &mut params, &mut buffers);
        prop_assert_eq!(tree.count_parameters(), 2 * params.len());
        prop_assert_eq!(places(&mut tree), (params, buffers));
    }
}
