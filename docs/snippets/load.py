import torch
from safetensors.torch import load_file

net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10))
net.load_state_dict(load_file("net.safetensors"))
