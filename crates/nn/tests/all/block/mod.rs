mod mlp;
