#include "sqlite/plate_book.h"

#include <utility>
#include <vector>

#include "sqlite/plate_block.h"

namespace vedette::storage {

Result<PlateBook> PlateBook::open(Connection& connection) {
    PlateBook book;
    book.connection_ = &connection;
    const std::pair<Statement*, std::string_view> statements[] = {
        {&book.add_plate_, "INSERT INTO plates (plate, block) VALUES (?1, ?2) "
                           "ON CONFLICT (plate) DO NOTHING"},
        {&book.block_of_plate_, "SELECT block FROM plates WHERE plate = ?1"},
        {&book.remove_plate_, "DELETE FROM plates WHERE plate = ?1"},
        {&book.move_plate_, "UPDATE plates SET block = ?2 WHERE plate = ?1"},
        {&book.last_block_, "SELECT block, texts FROM plate_blocks ORDER BY block DESC LIMIT 1"},
        {&book.read_block_, "SELECT texts FROM plate_blocks WHERE block = ?1"},
        {&book.write_block_, "INSERT INTO plate_blocks (block, texts) VALUES (?1, ?2) "
                             "ON CONFLICT (block) DO UPDATE SET texts = excluded.texts"},
        {&book.remove_block_, "DELETE FROM plate_blocks WHERE block = ?1"},
    };
    for (const auto& [statement, sql] : statements) {
        VEDETTE_TRY(*statement, connection.prepare(sql));
    }
    return book;
}

Status PlateBook::read_open_block() {
    if (open_.block != 0)
        return {};
    Rows rows = last_block_.query();
    VEDETTE_TRY(const bool row, rows.next());
    open_ = row ? OpenBlock{rows.number(0), std::string{rows.bytes(1)}, false}
                : OpenBlock{1, {}, false};
    return {};
}

Status PlateBook::append(std::string_view plate) {
    if (open_.texts.size() + plate.size() > kFullBlock_bytes && !open_.texts.empty()) {
        VEDETTE_CHECK_OK(flush());
        open_ = {open_.block + 1, {}, false};
    }
    append_plate(open_.texts, plate);
    open_.changed = true;
    return {};
}

Status PlateBook::add(std::string_view plate) {
    VEDETTE_CHECK_OK(read_open_block());
    if (open_.texts.size() + plate.size() > kFullBlock_bytes && !open_.texts.empty()) {
        VEDETTE_CHECK_OK(flush());
        open_ = {open_.block + 1, {}, false};
    }
    VEDETTE_CHECK_OK(add_plate_.run(plate, open_.block));
    return connection_->changes() == 0 ? Status{} : append(plate);
}

Status PlateBook::write_block(std::int64_t block, std::string_view texts) {
    return texts.empty() ? remove_block_.run(block) : write_block_.run(block, Blob{texts});
}

Status PlateBook::flush() {
    if (!open_.changed)
        return {};
    VEDETTE_CHECK_OK(write_block(open_.block, open_.texts));
    open_.changed = false;
    return {};
}

Status PlateBook::remove(std::string_view plate) {
    VEDETTE_CHECK_OK(flush());
    open_ = {};
    std::int64_t block = 0;
    std::string kept;
    {
        Rows rows = block_of_plate_.query(plate);
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return {};
        block = rows.number(0);
    }
    {
        Rows rows = read_block_.query(block);
        VEDETTE_TRY(const bool row, rows.next());
        const bool whole = row && for_each_plate(rows.bytes(0), [&](std::string_view text) {
                               if (text != plate)
                                   append_plate(kept, text);
                               return true;
                           });
        if (!whole)
            return Error{ErrorCode::data_loss, "store: the list of plates is damaged: run `vedette "
                                               "doctor` on it"};
    }
    VEDETTE_CHECK_OK(remove_plate_.run(plate));
    if (kept.size() >= kSparseBlock_bytes)
        return write_block(block, kept);
    return give_up_block(block, kept);
}

/// Only visitors that keep coming stay for years: without this each would hold a page of its own.
Status PlateBook::give_up_block(std::int64_t block, std::string_view texts) {
    VEDETTE_CHECK_OK(read_open_block());
    if (open_.block == block) { // the newest one is still growing
        open_.texts = texts;
        open_.changed = true;
        return flush();
    }
    std::vector<std::string_view> moving;
    for_each_plate(texts, [&](std::string_view text) {
        moving.push_back(text);
        return true;
    });
    for (const std::string_view text : moving) {
        VEDETTE_CHECK_OK(append(text));
        VEDETTE_CHECK_OK(move_plate_.run(text, open_.block));
    }
    VEDETTE_CHECK_OK(remove_block_.run(block));
    return flush();
}

} // namespace vedette::storage
