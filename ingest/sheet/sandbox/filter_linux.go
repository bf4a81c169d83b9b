package sandbox

import (
	"runtime"
	"slices"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
)

// denied are the system calls by which a process reaches beyond the
// descriptors that it has, by the names of all processors.
func denied() []string {
	return []string{
		// Files by name.
		"open", "openat", "openat2", "creat", "open_by_handle_at", "io_uring_setup", "truncate",
		"link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rename", "renameat", "renameat2",
		"mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat",
		// Programs and the network.
		"execve", "execveat", "socket", "socketpair",
		// Other processes. Go signals its own threads by tgkill.
		"kill", "tkill", "rt_sigqueueinfo", "pidfd_open", "pidfd_send_signal",
		"ptrace", "process_vm_readv", "process_vm_writev", "prlimit64", "setrlimit",
	}
}

// filter makes the kernel refuse those calls in all threads, where it can.
// Landlock would do much of the same, but for one thread: to reach the others
// takes a kernel newer than most, or a program that never opens a library.
func filter() error {
	processor, err := arch.GetInfo("")
	if err != nil || !seccomp.Supported() {
		return nil
	}
	unknown := func(name string) bool {
		_, known := processor.SyscallNames[name]
		return !known
	}
	runtime.LockOSThread() // the privilege given up is of a thread, and the filter carries it to the others
	defer runtime.UnlockOSThread()
	return seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionAllow,
			Syscalls:      []seccomp.SyscallGroup{{Names: slices.DeleteFunc(denied(), unknown), Action: seccomp.ActionErrno}},
		},
	})
}
