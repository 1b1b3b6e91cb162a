-- null: its customer is gone. The row says that the message's order is known.
alter table stats.message_text alter column text drop not null;
