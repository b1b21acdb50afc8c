/*
 * The fastest HTTP server there is to measure a generator against: one thread, one canned reply, epoll. It looks at nothing but
 * where a request ends: a blank line, so it serves GET only. Prints its port; ends when its stdin does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char REPLY[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 27\r\n"
    "Connection: keep-alive\r\n"
    "\r\n"
    "{\"orderId\":\"o1\",\"filled\":1}";
#define REPLY_BYTES (sizeof(REPLY) - 1)

/* More than the generators that it is for send in a request. */
#define MAX_READ_BYTES 16384
#define MAX_EVENTS 256
#define BACKLOG 512
/* Of descriptors: how far into "\r\n\r\n" each connection is. */
#define MAX_CONNECTIONS 4096

static unsigned char matched[MAX_CONNECTIONS];

static int fail(const char *what) {
  perror(what);
  return 1;
}

/* The requests that end in these bytes. */
static int requests_in(int connection, const char *bytes, ssize_t length) {
  static const char END[] = "\r\n\r\n";
  int requests = 0;
  unsigned char at = matched[connection];
  if (at == 0 && length >= 4 && memcmp(bytes + length - 4, END, 4) == 0 &&
      memmem(bytes, length - 4, END, 4) == NULL) {
    return 1;
  }
  for (ssize_t i = 0; i < length; i += 1) {
    if (bytes[i] == END[at]) at += 1;
    else at = bytes[i] == '\r' ? 1 : 0;
    if (at == 4) {
      requests += 1;
      at = 0;
    }
  }
  matched[connection] = at;
  return requests;
}

/* A reply is small and one is due at a time: a socket whose buffer is full is not read by its client, and is given up. */
static int serve(int connection) {
  static char bytes[MAX_READ_BYTES];
  ssize_t length = read(connection, bytes, sizeof(bytes));
  if (length < 0) return errno == EAGAIN || errno == EINTR;
  if (length == 0) return 0;
  for (int due = requests_in(connection, bytes, length); due > 0; due -= 1) {
    if (write(connection, REPLY, REPLY_BYTES) != (ssize_t)REPLY_BYTES) return 0;
  }
  return 1;
}

static void accept_one(int listener, int poll) {
  int connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (connection < 0) return;
  int on = 1;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = connection};
  if (connection >= MAX_CONNECTIONS ||
      setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
      epoll_ctl(poll, EPOLL_CTL_ADD, connection, &event) < 0) {
    close(connection);
    return;
  }
  matched[connection] = 0;
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof(address);
  if (listener < 0) return fail("socket");
  if (bind(listener, (struct sockaddr *)&address, size) < 0) return fail("bind");
  if (listen(listener, BACKLOG) < 0) return fail("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) return fail("getsockname");

  int poll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event of_listener = {.events = EPOLLIN, .data.fd = listener};
  struct epoll_event of_stdin = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
  if (poll < 0) return fail("epoll_create1");
  if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &of_listener) < 0) return fail("epoll_ctl");
  if (epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &of_stdin) < 0) return fail("stdin, which has to be a pipe");

  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  for (;;) {
    struct epoll_event events[MAX_EVENTS];
    int ready = epoll_wait(poll, events, MAX_EVENTS, -1);
    if (ready < 0 && errno != EINTR) return fail("epoll_wait");
    for (int i = 0; i < ready; i += 1) {
      int fd = events[i].data.fd;
      if (fd == STDIN_FILENO) return 0;
      if (fd == listener) accept_one(listener, poll);
      else if (!serve(fd)) close(fd);
    }
  }
}
