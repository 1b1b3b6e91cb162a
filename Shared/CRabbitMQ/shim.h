// librabbitmq, and the calls of it and of the socket layer that Swift cannot import.
#pragma once
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

/// amqp_login_with_properties is variadic.
static inline amqp_rpc_reply_t mailout_amqp_login(amqp_connection_state_t connection, const char *vhost,
                                                  int channel_max, int frame_max, int heartbeat,
                                                  const amqp_table_t *properties, const char *user,
                                                  const char *password) {
  return amqp_login_with_properties(connection, vhost, channel_max, frame_max, heartbeat, properties,
                                    AMQP_SASL_METHOD_PLAIN, user, password);
}

/// The content header of a publish: the body's size and the properties.
static inline int mailout_amqp_send_header(amqp_connection_state_t connection, amqp_channel_t channel, uint64_t size,
                                           amqp_basic_properties_t *properties) {
  amqp_frame_t frame;
  frame.frame_type = AMQP_FRAME_HEADER;
  frame.channel = channel;
  frame.payload.properties.class_id = AMQP_BASIC_CLASS;
  frame.payload.properties.body_size = size;
  frame.payload.properties.decoded = properties;
  return amqp_send_frame(connection, &frame);
}

/// One body frame of a publish.
static inline int mailout_amqp_send_body(amqp_connection_state_t connection, amqp_channel_t channel, const void *bytes,
                                         size_t count) {
  amqp_frame_t frame;
  frame.frame_type = AMQP_FRAME_BODY;
  frame.channel = channel;
  frame.payload.body_fragment.bytes = (void *)bytes;
  frame.payload.body_fragment.len = count;
  return amqp_send_frame(connection, &frame);
}

/// Whether about a third of the socket's send buffer is free, so that a few frames do not block.
static inline int mailout_socket_has_room(int descriptor) {
  struct pollfd ready = {.fd = descriptor, .events = POLLOUT, .revents = 0};
  return poll(&ready, 1, 0) > 0;
}

/// Holds small frames back (1) until they are let go together (0).
static inline void mailout_socket_cork(int descriptor, int on) {
  setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

/// A send buffer of a known size: what mailout_socket_has_room promises depends on it.
static inline void mailout_socket_size(int descriptor, int bytes) {
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}
