use rappel_lab::range::*;
fn main(){
    let text=std::fs::read_to_string("/tmp/range-scratch/curves.txt").unwrap();
    let lr:Vec<f64>=(0..100).map(|i|1e-8*1e8f64.powf((i+1) as f64/100.0)).collect();
    let args:Vec<f64>=std::env::args().skip(1).map(|a|a.parse().unwrap()).collect();
    let judge=Judge{span:args[0],slope:args[1],..Judge::default()};
    let t=std::time::Instant::now();
    let r:Vec<_>=text.lines().map(|l|{let c=Curve::new(lr.clone(),l.split(' ').map(|x|x.parse().unwrap()).collect()).unwrap(); judge.judge(&c).unwrap().suggestion}).collect();
    println!("{:?} {:?}",r[0],t.elapsed());
    let base=r[0].unwrap().rate;
    let mut ok=[0;2];
    for (i,x) in r[1..].iter().enumerate(){ let q=x.unwrap().rate/base; if q>=0.5&&q<=2.0{ok[i/100]+=1} else {print!("{i}:{:.3} ",q)} }
    println!("\n{ok:?}");
}
