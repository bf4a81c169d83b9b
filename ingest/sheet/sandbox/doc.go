// Package sandbox reads untrusted files in a child process, so that a hostile
// one can waste the child's memory and time but not the server's.
//
// The child is the same program, marked by a variable of its environment, and
// [RunChild] is where it turns off. It gets no secrets: its environment is
// three variables, its only file is the descriptor of the one to read, and
// before it looks into that it gives up memory, processor time, files to open
// and files to write (jail.go), and on Linux the system calls that reach
// beyond its descriptors (filter_linux.go).
//
// Parent and child talk in frames over two pipes (frame.go). [Open] gives a
// workbook whose rows come from the child, many in a frame (encode.go); [Run]
// runs one of the jobs that main names. Whoever breaks out of a reader owns
// the child, so the parent believes nothing: every length, index, kind and
// order is checked again (decode.go), and every answer ends with a frame that
// counts what came, so that a broken pipe is never a shorter sheet.
//
// What goes wrong is the file's fault as far as it can be: a child that dies
// by its limits or by a mistake of a reader makes a [sheet.Fault], and the
// next file finds a new child.
package sandbox
