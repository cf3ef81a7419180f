mod adaptive;
mod norm;
mod sliding;
